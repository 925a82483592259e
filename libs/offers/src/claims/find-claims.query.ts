import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ownMember } from '@tallystick/loyalty';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { showClaim, type ClaimReason, type ClaimRow, type ClaimStatus, type ShownClaim } from './claim.js';

/** Which claims; a member who asks for themselves sees their own alone. */
export interface ClaimFilter {
  readonly status?: ClaimStatus;
  readonly reasonCode?: ClaimReason;
  readonly memberId?: string;
  readonly transactionId?: string;
  /** Goes on after this one, towards the older. */
  readonly after?: string;
  readonly limit: number;
}

/** Reads claims. */
@Injectable()
export class FindClaims {
  /** Newest first. */
  async list(tx: ReadTx<TenantContext>, filter: ClaimFilter): Promise<ShownClaim[]> {
    const rows = await tx.query<ClaimRow>(
      `select * from claim c where c.tenant_id = $1 and ($2::text is null or c.status = $2) and ($3::text is null or c.reason_code = $3)
         and ($4::uuid is null or c.member_id = (select coalesce(q.merged_into, q.id) from member q where q.tenant_id = $1 and q.id = $4)) and ($5::uuid is null or c.transaction_id = $5) and ($6::uuid is null or c.id < $6)
       order by c.id desc limit $7`,
      [
        tx.ctx.tenantId,
        filter.status ?? null,
        filter.reasonCode ?? null,
        ownMember(tx.ctx, filter.memberId) ?? null,
        filter.transactionId ?? null,
        filter.after ?? null,
        filter.limit,
      ],
    );
    return rows.map(showClaim);
  }

  /** Throws `not_found`. */
  async one(tx: ReadTx<TenantContext>, id: string): Promise<ShownClaim> {
    const own = ownMember(tx.ctx);
    const [row] = await tx.query<ClaimRow>('select * from claim c where c.tenant_id = $1 and c.id = $2', [tx.ctx.tenantId, id]);
    if (!row || (own !== undefined && row.member_id !== own)) throw NotFound.with();
    return showClaim(row);
  }
}
