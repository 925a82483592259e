import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ownMember } from '@tallystick/loyalty';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { showClaim, type ClaimRow, type ShownClaim } from './claim.js';
import { ClaimWithdrawn } from './claims.acts.js';
import { ClaimResolved, claimTold } from './claims.events.js';

/** Takes an open claim back; a member their own. */
@Injectable()
export class WithdrawClaim {
  /** Throws `not_found`, and `invalid_state` for one that is decided. */
  async execute(tx: WriteTx<TenantContext>, id: string): Promise<ShownClaim> {
    const own = ownMember(tx.ctx) ?? null;
    const [known] = await tx.query<{ status: string }>(
      'select status from claim where tenant_id = $1 and id = $2 and ($3::uuid is null or member_id = $3) for update',
      [tx.ctx.tenantId, id, own],
    );
    if (!known) throw NotFound.with();
    if (known.status !== 'open')
      throw InvalidState.with({ message: `This claim is ${known.status} already`, errors: { status: known.status } });
    const [row] = await tx.query<ClaimRow>(
      `update claim set status = 'withdrawn', resolved_at = tenant_now() where tenant_id = $1 and id = $2 returning *`,
      [tx.ctx.tenantId, id],
    );
    const claim = showClaim(row!);
    if (tx.ctx.actor.type === 'user')
      tx.audit(ClaimWithdrawn, { target: { type: 'claim', id }, before: { status: 'open' }, after: { status: claim.status } });
    tx.emit(ClaimResolved, claimTold(claim));
    return claim;
  }
}
