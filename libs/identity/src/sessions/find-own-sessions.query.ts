import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';
import type { SessionKind } from './session-lifetime.policy.js';
import { SESSION_ALIVE } from './sessions.js';

/** A session as the person sees it whose it is. */
export interface SessionView {
  readonly id: string;
  readonly kind: SessionKind;
  /** The tenant; null on the platform itself. */
  readonly tenantId: string | null;
  readonly mfaPassed: boolean;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  /** The last request, to the minute. */
  readonly seenAt: Date;
  readonly expiresAt: Date;
}

/** Finds the sessions of a person that are alive, in all tenants: they belong to the person. */
@Injectable()
export class FindOwnSessions {
  /** The last used first; nobody has more than `MOST_SESSIONS` shown. */
  list(tx: ReadTx, userId: string): Promise<SessionView[]> {
    return tx.query<SessionView>(
      `select s.id, s.kind, s.signed_in_to as "tenantId", s.mfa_passed as "mfaPassed", s.address, s.user_agent as "userAgent",
         s.created_at as "createdAt", s.seen_at as "seenAt",
         least(s.expires_at, s.seen_at + s.idle_seconds * interval '1 second') as "expiresAt"
       from user_session s where s.user_id = $1 and ${SESSION_ALIVE} order by s.seen_at desc, s.id limit ${MOST_SESSIONS}`,
      [userId],
    );
  }
}

const MOST_SESSIONS = 100;
