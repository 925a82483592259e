import { Injectable } from '@nestjs/common';
import { newId } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { sessionLifetime, type SessionKind } from './session-lifetime.policy.js';
import { newSessionSecret, sessionSecretHash } from './session-secret.policy.js';

/** A sign-in to be. */
export interface NewSession {
  readonly userId: string;
  /** Null on the platform itself. */
  readonly tenantId: string | null;
  /** The person's role there: who administers anything is signed out sooner. */
  readonly role: string;
  readonly kind: SessionKind;
  readonly mfaPassed: boolean;
}

/** What its owner gets of a session. */
export interface OpenedSession {
  readonly id: string;
  /** The cookie's value, or the first refresh token; shown this once. */
  readonly secret: string;
}

/** The SQL condition that a session `s` is alive; the database's clock decides (AUT-09). */
export const SESSION_ALIVE = `s.revoked_at is null and s.expires_at > now() and s.seen_at + s.idle_seconds * interval '1 second' > now()`;

/** Sign-ins of people. A session that is revoked is refused everywhere within a second, with every token of it. */
@Injectable()
export class Sessions {
  /** Opens a session from where the context's request comes. */
  async open(tx: WriteTx, { userId, tenantId, role, kind, mfaPassed }: NewSession): Promise<OpenedSession> {
    const [id, secret] = [newId(), newSessionSecret()];
    const hash = sessionSecretHash(secret);
    const { idle, absolute } = sessionLifetime(kind, role);
    const { address = null, userAgent = null } = tx.ctx.origin ?? {};
    await tx.query(
      `insert into user_session (id, user_id, signed_in_to, kind, secret_hash, mfa_passed, address, user_agent, idle_seconds, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 second')`,
      [id, userId, tenantId, kind, kind === 'cookie' ? hash : null, mfaPassed, address, userAgent, idle, absolute],
    );
    if (kind === 'token') await tx.query('insert into refresh_token (hash, session_id) values ($1, $2)', [hash, id]);
    return { id, secret };
  }

  /** Notes that a session is in use, which puts its end for want of requests off. */
  async touch(tx: WriteTx, sessionId: string): Promise<void> {
    await tx.query(`update user_session s set seen_at = now() where s.id = $1 and ${SESSION_ALIVE}`, [sessionId]);
  }

  /** Whether a session was opened at most so many seconds ago: what its owner proved then is still fresh. */
  async isRecent(tx: WriteTx, sessionId: string, seconds: number): Promise<boolean> {
    const found = await tx.query(`select from user_session where id = $1 and created_at > now() - $2 * interval '1 second'`, [
      sessionId,
      seconds,
    ]);
    return found.length > 0;
  }

  /** Ends one session of a person; answers whether it was alive. */
  async revokeOne(tx: WriteTx, userId: string, sessionId: string): Promise<boolean> {
    const ended = await tx.query(
      `update user_session s set revoked_at = now() where s.id = $1 and s.user_id = $2 and ${SESSION_ALIVE} returning 1`,
      [sessionId, userId],
    );
    return ended.length > 0;
  }

  /** Ends the session that a cookie's value opens. */
  async revokeBySecret(tx: WriteTx, secret: string): Promise<void> {
    await tx.query(`update user_session s set revoked_at = now() where s.secret_hash = $1 and ${SESSION_ALIVE}`, [
      sessionSecretHash(secret),
    ]);
  }

  /**
   * Ends all sessions of a person, but for `except`; answers how many were alive.
   * @param only.tenantId ends those in this tenant alone (null: on the platform itself); left out, everywhere
   */
  async revokeAllOf(tx: WriteTx, userId: string, only: { except?: string; tenantId?: string | null } = {}): Promise<number> {
    const ended = await tx.query(
      `update user_session s set revoked_at = now()
       where s.user_id = $1 and ${SESSION_ALIVE} and s.id is distinct from $2::uuid and (not $3 or s.signed_in_to is not distinct from $4::uuid)
       returning 1`,
      [userId, only.except ?? null, only.tenantId !== undefined, only.tenantId ?? null],
    );
    return ended.length;
  }

  /** Removes sessions that ended a month ago, at most `limit`, with their refresh tokens; answers how many. */
  async removeEnded(tx: WriteTx, limit: number): Promise<number> {
    const removed = await tx.query(
      `delete from user_session where id in
         (select id from user_session where expires_at < now() - interval '1 month' or revoked_at < now() - interval '1 month'
          order by expires_at limit $1 for update skip locked)
       returning 1`,
      [limit],
    );
    return removed.length;
  }

  /**
   * Notes that the person proved a second factor in this session, or removed theirs (`passed` false). A cookie gets another value, which
   * is answered and goes to the page in place of the old one (AUT-08); undefined for tokens.
   */
  async passMfa(tx: WriteTx, sessionId: string, passed = true): Promise<string | undefined> {
    const secret = newSessionSecret();
    const [session] = await tx.query<{ kind: SessionKind }>(
      `update user_session s set mfa_passed = $3, secret_hash = case when s.kind = 'cookie' then $2::bytea end
       where s.id = $1 and ${SESSION_ALIVE} returning s.kind`,
      [sessionId, sessionSecretHash(secret), passed],
    );
    return session?.kind === 'cookie' ? secret : undefined;
  }
}
