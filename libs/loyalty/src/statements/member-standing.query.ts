import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';

/** Where a member stands: the name of their tier in a program, if they have one, the codes of their segments, and since when they are in. */
export interface MemberPlace {
  readonly tierName: string | null;
  readonly segments: readonly string[];
  /** When they were first active. */
  readonly activatedAt: Date | null;
}

/** Reads where members stand. */
@Injectable()
export class MemberStanding {
  async find(tx: ReadTx<TenantContext>, memberId: string, programId: string): Promise<MemberPlace> {
    const [row] = await tx.query<{ tier_name: string | null; segments: string[]; activated_at: Date | null }>(
      `select (select t.name from member_tier m join tier t on t.tenant_id = m.tenant_id and t.id = m.tier_id
           where m.tenant_id = $1 and m.member_id = $2 and m.program_id = $3) as tier_name,
         array(select s.code from segment_member m join segment s on s.tenant_id = m.tenant_id and s.id = m.segment_id
           where m.tenant_id = $1 and m.member_id = $2 order by s.code) as segments,
         (select m.activated_at from member m where m.tenant_id = $1 and m.id = $2) as activated_at`,
      [tx.ctx.tenantId, memberId, programId],
    );
    return { tierName: row!.tier_name, segments: row!.segments, activatedAt: row!.activated_at };
  }
}
