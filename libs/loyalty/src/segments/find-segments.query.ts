import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { checked } from './save-segment.operation.js';
import { segmentQuery } from './segment-query.js';
import { readSegment, type Segment, type SegmentRow } from './segment.js';

/** A member of a segment. */
export interface SegmentMember {
  readonly member_id: string;
  readonly reference: string;
  readonly since: string;
}

/** How many members a definition has, and some of them. */
export interface SegmentPreview {
  readonly members: number;
  readonly sample: readonly { readonly member_id: string; readonly reference: string }[];
}

type Tx = ReadTx<TenantContext>;

const SAMPLE = 20;

/** Reads segments and who is in them. */
@Injectable()
export class FindSegments {
  /** Segments by code, with the count of all that match; `search` is a part of the name or code. */
  async list(tx: Tx, filter: { search?: string; limit: number; offset: number }): Promise<{ segments: Segment[]; total: number }> {
    const pattern = filter.search === undefined ? null : `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await tx.query<SegmentRow & { total: string }>(
      `select s.*, count(*) over () as total from segment s
       where s.tenant_id = $1 and ($2::text is null or s.name ilike $2 or s.code ilike $2) order by s.code limit $3 offset $4`,
      [tx.ctx.tenantId, pattern, filter.limit, filter.offset],
    );
    return { segments: rows.map(readSegment), total: Number(rows[0]?.total ?? 0) };
  }

  /** Throws `not_found`. */
  async byId(tx: Tx, id: string): Promise<Segment> {
    const [row] = await tx.query<SegmentRow>('select * from segment where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]);
    if (!row) throw NotFound.with();
    return readSegment(row);
  }

  /** Up to `limit` members by id, after one, as they were last computed. Throws `not_found`. */
  async members(tx: Tx, id: string, page: { limit: number; after?: string }): Promise<SegmentMember[]> {
    await this.byId(tx, id);
    const rows = await tx.query<{ member_id: string; reference: string; since: Date }>(
      `select i.member_id, m.reference, i.since from segment_member i join member m on m.tenant_id = i.tenant_id and m.id = i.member_id
       where i.tenant_id = $1 and i.segment_id = $2 and ($3::uuid is null or i.member_id > $3) order by i.member_id limit $4`,
      [tx.ctx.tenantId, id, page.after ?? null, page.limit],
    );
    return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
  }

  /** Who a definition would have in it now. Throws `validation_error`. */
  async preview(tx: Tx, definition: unknown): Promise<SegmentPreview> {
    const { sql, parameters } = await segmentQuery(tx, await checked(tx, definition));
    const rows = await tx.query<{ member_id: string; reference: string; members: string }>(
      `with wanted as materialized (${sql})
       select m.id as member_id, m.reference, (select count(*) from wanted) as members from member m
       where m.tenant_id = $1 and m.id in (select id from wanted order by id limit ${SAMPLE}) order by m.id`,
      [...parameters],
    );
    return { members: Number(rows[0]?.members ?? 0), sample: rows.map(({ member_id, reference }) => ({ member_id, reference })) };
  }
}
