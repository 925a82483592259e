import { Injectable } from '@nestjs/common';
import { AuthenticationFailed, Passwords, SignInFailures } from '@tallystick/identity';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { InvalidState, UnitOfWork, type WriteTx } from '@tallystick/platform';
import { MEMBER_WORDS, type MemberStatus } from '../members/member-status.policy.js';
import { MemberCredentialsRefused } from './member-auth.acts.js';

/** Who a member says they are: by our id, or by the tenant's own reference. */
export type ClaimedMember = { readonly id: string } | { readonly reference: string };

/** A member who proved to be who they are. */
export interface ProvenMember {
  readonly member_id: string;
  /** Active, or inactive: enrolled and not yet come in. */
  readonly status: 'active' | 'inactive';
  /** When they last came in before this. */
  readonly last_signed_in_at: string | null;
}

interface Row {
  id: string;
  status: MemberStatus;
  secret_hash: string | null;
  signed_in_at: Date | null;
}

/**
 * Checks what a tenant's system presents for a member. Opens its transactions itself: the slow hash holds no connection. The last one
 * decides and counts under a lock: ten wrong ones in a row keep a member out for minutes, then longer, and while they do the right one is
 * refused as well (AUT-04). A member who does not exist takes as long and is counted alike (AUT-03).
 */
@Injectable()
export class CheckMemberCredentials {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passwords: Passwords,
    private readonly failures: SignInFailures,
  ) {}

  /** Throws `authentication_failed` whatever is wrong, and `invalid_state` with `errors.member_status` to who had the right one. */
  async execute(ctx: TenantContext, claimed: ClaimedMember, presented: string): Promise<ProvenMember> {
    const row = await this.unitOfWork.read(ctx, async (tx) => {
      const by = 'id' in claimed ? 'q.id = $2' : 'q.reference = $2';
      const [found] = await tx.query<Row>(
        `select m.id, m.status, c.secret_hash, m.signed_in_at
         from member q join member m on m.tenant_id = $1 and m.id = coalesce(q.merged_into, q.id)
           left join member_credential c on c.tenant_id = $1 and c.member_id = m.id
         where q.tenant_id = $1 and ${by}`,
        [ctx.tenantId, 'id' in claimed ? claimed.id : claimed.reference],
      );
      return found;
    });
    const right = await this.passwords.verify(row?.secret_hash ?? undefined, presented);
    const name = row ? row.id : 'id' in claimed ? claimed.id : `reference/${claimed.reference}`;
    const said = await this.unitOfWork.run(ctx, (tx) => this.decide(tx, name, right ? row : undefined));
    if (said instanceof DomainError) throw said;
    return said;
  }

  /** A refusal is answered, not thrown: what was counted and recorded must stay. */
  private async decide(tx: WriteTx<TenantContext>, name: string, row: Row | undefined): Promise<ProvenMember | DomainError> {
    const { tenantId } = tx.ctx;
    const counts = await this.failures.hold(tx, { email: `member/${tenantId}/${name}` }, !row);
    const [unchanged] = row
      ? await tx.query('select from member_credential where tenant_id = $1 and member_id = $2 and secret_hash = $3 for share', [
          tenantId,
          row.id,
          row.secret_hash,
        ])
      : [];
    if (counts.locked || !row || !unchanged) {
      const seconds = counts.locked || row ? undefined : await counts.countFailure();
      const target = row && { type: 'member', id: row.id };
      tx.audit(MemberCredentialsRefused, { target, after: { locked: counts.locked, lock_seconds: seconds ?? null }, outcome: 'refused' });
      return AuthenticationFailed.with();
    }
    await counts.forgive();
    if (row.status !== 'active' && row.status !== 'inactive')
      return InvalidState.with({ errors: { member: [`The member is ${MEMBER_WORDS[row.status]}.`], member_status: [row.status] } });
    await tx.query('update member set signed_in_at = tenant_now() where tenant_id = $1 and id = $2', [tenantId, row.id]);
    return { member_id: row.id, status: row.status, last_signed_in_at: row.signed_in_at?.toISOString() ?? null };
  }
}
