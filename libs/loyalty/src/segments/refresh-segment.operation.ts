import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { isCondition } from './check-condition.policy.js';
import { readSegment, type SegmentRow } from './segment.js';
import { segmentQuery } from './segment-query.js';
import { MemberSegmentEntered, MemberSegmentLeft } from './segments.events.js';

type Tx = WriteTx<TenantContext>;

/** Computes who belongs to a segment now, and writes and tells only what has changed. */
@Injectable()
export class RefreshSegment {
  /** The segments of a tenant. */
  async ids(tx: ReadTx<TenantContext>): Promise<string[]> {
    const rows = await tx.query<{ id: string }>('select id from segment where tenant_id = $1 order by id', [tx.ctx.tenantId]);
    return rows.map(({ id }) => id);
  }

  /** Lets up to `limit` members in and out; answers how many, so that less than `limit` says it is current. A removed segment is. */
  async execute(tx: Tx, segmentId: string, limit = 5_000): Promise<number> {
    const [row] = await tx.query<SegmentRow & { moment: Date }>(
      'select s.*, tenant_now() as moment from segment s where s.tenant_id = $1 and s.id = $2 for no key update',
      [tx.ctx.tenantId, segmentId],
    );
    if (!row || !isCondition(row.definition)) return 0;
    const { code } = readSegment(row);
    const { sql, parameters } = await segmentQuery(tx, row.definition);
    const [segment, most] = [`$${parameters.length + 1}::uuid`, `$${parameters.length + 2}::integer`];
    const changed = await tx.query<{ member_id: string; entered: boolean }>(
      `with wanted as materialized (${sql}), held as materialized (select member_id from segment_member where tenant_id = $1 and segment_id = ${segment}),
       change as materialized (
         select coalesce(w.id, h.member_id) as member_id, w.id is not null as entered from wanted w full join held h on h.member_id = w.id
         where w.id is null or h.member_id is null order by 1 limit ${most}),
       entered as (
         insert into segment_member (tenant_id, segment_id, member_id, since)
         select $1::uuid, ${segment}, c.member_id, tenant_now() from change c where c.entered),
       gone as (
         delete from segment_member s using change c
         where s.tenant_id = $1 and s.segment_id = ${segment} and s.member_id = c.member_id and not c.entered)
       select member_id, entered from change`,
      [...parameters, segmentId, limit],
    );
    const entered = changed.filter((change) => change.entered).length;
    await tx.query(
      'update segment set member_count = member_count + $3, computed_at = case when $4 then tenant_now() else computed_at end where tenant_id = $1 and id = $2',
      [tx.ctx.tenantId, segmentId, 2 * entered - changed.length, changed.length < limit],
    );
    const at = row.moment.toISOString();
    for (const change of changed)
      tx.emit(change.entered ? MemberSegmentEntered : MemberSegmentLeft, {
        member_id: change.member_id,
        segment_id: segmentId,
        segment_code: code,
        at,
      });
    return changed.length;
  }
}
