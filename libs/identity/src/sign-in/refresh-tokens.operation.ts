import { Injectable } from '@nestjs/common';
import { DomainError, requestContext } from '@tallystick/kernel';
import { PermissionDenied, UnitOfWork, type WriteTx } from '@tallystick/platform';
import { FindStanding, type PersonStanding } from '../access/standing.query.js';
import { AuthenticationFailed } from '../identity.errors.js';
import { newSessionSecret, sessionSecretHash } from '../sessions/session-secret.policy.js';
import { RefreshTokenReused } from '../sessions/session.acts.js';
import { Sessions } from '../sessions/sessions.js';
import { writeIn } from '../sessions/write-in.js';
import type { SignInRequest } from './sign-in.operation.js';
import { TokenPairs, type TokenPair } from './token-pairs.js';

interface Family {
  readonly session_id: string;
  readonly user_id: string;
  readonly signed_in_to: string | null;
}

/**
 * Gives the next pair of tokens for a refresh token, which works once. One that comes again was stolen, from its owner or by whoever used it
 * first: its whole session ends (AUT-12), also when both come at the same moment. Throws `authentication_failed`, or `permission_denied`
 * while the tenant is suspended.
 */
@Injectable()
export class RefreshTokens {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findStanding: FindStanding,
    private readonly sessions: Sessions,
    private readonly tokenPairs: TokenPairs,
  ) {}

  async execute({ requestId, origin }: SignInRequest, refreshToken: string): Promise<TokenPair> {
    const hash = sessionSecretHash(refreshToken);
    const anonymous = requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId } as const);
    const family = await this.unitOfWork.read(anonymous, async (tx) => {
      const [row] = await tx.query<Family>(
        'select s.id as session_id, s.user_id, s.signed_in_to from refresh_token t join user_session s on s.id = t.session_id where t.hash = $1',
        [hash],
      );
      return row;
    });
    if (!family) throw AuthenticationFailed.with();
    const person = { actor: { type: 'user', id: family.user_id }, sessionId: family.session_id, requestId, origin } as const;
    const ctx = requestContext({ tenantId: family.signed_in_to, ...person });
    const said = await writeIn(this.unitOfWork, ctx, (tx) => this.rotate(tx, family, hash));
    if (said instanceof DomainError) throw said;
    return said;
  }

  /** A refusal is answered, not thrown: a session that ended must stay so. */
  private async rotate(tx: WriteTx, family: Family, hash: Buffer): Promise<TokenPair | DomainError> {
    const { session_id: sessionId, user_id: userId, signed_in_to: tenantId } = family;
    await tx.query('select from user_session where id = $1 for update', [sessionId]);
    const used = await tx.query('update refresh_token set used_at = now() where hash = $1 and used_at is null returning 1', [hash]);
    if (used.length === 0) {
      if (await this.sessions.revokeOne(tx, userId, sessionId)) {
        tx.audit(RefreshTokenReused, { target: { type: 'session', id: sessionId }, outcome: 'refused' });
      }
      return AuthenticationFailed.with();
    }
    const standing = await this.standingOf(tx, userId, sessionId);
    if (!standing) return AuthenticationFailed.with();
    if (!standing.tenantActive) return PermissionDenied.with({ message: 'This tenant is suspended' });
    await this.sessions.touch(tx, sessionId);
    const next = newSessionSecret();
    await tx.query('insert into refresh_token (hash, session_id) values ($1, $2)', [sessionSecretHash(next), sessionId]);
    return this.tokenPairs.of(tx, userId, tenantId, sessionId, next);
  }

  private standingOf(tx: WriteTx, userId: string, sessionId: string): Promise<PersonStanding | undefined> {
    const session = { userId, sessionId };
    return tx.ctx.tenantId === null ? this.findStanding.ofPlatformUser(tx, session) : this.findStanding.ofTenantUser(tx, session);
  }
}
