import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RequestContext } from '@tallystick/kernel';
import { ValidationFailed } from '../../platform.errors.js';
import { WithMeta } from '../answer.js';
import { pageOf, pageSizeOf, type PageQuery } from './page.query.js';

/** The values of the last row of a page that say where the next one begins. */
export type CursorKey = Readonly<Record<string, string | number | null>>;

const SEAL_BYTES = 16;

/**
 * Opaque cursors: the key of a row, sealed for one tenant, or the platform, and one list, so that another tenant's cursor, or another list's, is as
 * unknown as an invented one (LST-02).
 */
export class Cursors {
  constructor(private readonly secret: Buffer) {}

  /** Reads the cursor of a query; undefined at the beginning. Throws `validation_error` for a cursor of elsewhere or beside a page number. */
  read<Key extends CursorKey>(ctx: RequestContext, list: string, query: { cursor?: string; page?: number }): Key | undefined {
    if (query.cursor === undefined) return undefined;
    if (query.page !== undefined) throw refusal('Give either a page or a cursor.');
    const [key = '', seal = ''] = query.cursor.split('.');
    const given = Buffer.from(seal, 'base64url');
    if (given.length !== SEAL_BYTES || !timingSafeEqual(given, this.seal(ctx, list, key)))
      throw refusal('This cursor is not one of this list.');
    return JSON.parse(Buffer.from(key, 'base64url').toString('utf8')) as Key;
  }

  /**
   * A page of `rows`, which were read with a limit of one more than the page has: the extra row says whether there is a next page and is
   * not given out. `keyOf` names the row where the next page goes on; `render` makes its item.
   */
  page<Row, Item>(
    ctx: RequestContext,
    list: string,
    query: { page_size?: number },
    rows: Row[],
    keyOf: (row: Row) => CursorKey,
    render: (row: Row) => Item,
  ): WithMeta<Item[]> {
    const page_size = pageSizeOf(query);
    const shown = rows.slice(0, page_size);
    const last = shown.at(-1);
    const has_next = rows.length > page_size && last !== undefined;
    return new WithMeta(shown.map(render), {
      pagination: { page_size, next_cursor: has_next ? this.write(ctx, list, keyOf(last)) : null, has_next },
    });
  }

  /** A numbered page of a list that takes either: the counts of `pageOf`, and the cursor that goes on from its last row. */
  numbered<Row, Item>(
    ctx: RequestContext,
    list: string,
    query: PageQuery,
    rows: Row[],
    total: number,
    keyOf: (row: Row) => CursorKey,
    render: (row: Row) => Item,
  ): WithMeta<Item[]> {
    const { data, meta } = pageOf(rows.map(render), query, total);
    const { pagination } = meta as { pagination: { has_next: boolean } };
    const last = rows.at(-1);
    const next_cursor = pagination.has_next && last !== undefined ? this.write(ctx, list, keyOf(last)) : null;
    return new WithMeta(data, { pagination: { ...pagination, next_cursor } });
  }

  private write(ctx: RequestContext, list: string, key: CursorKey): string {
    const text = Buffer.from(JSON.stringify(key)).toString('base64url');
    return `${text}.${this.seal(ctx, list, text).toString('base64url')}`;
  }

  private seal(ctx: RequestContext, list: string, key: string): Buffer {
    return createHmac('sha256', this.secret).update(`${ctx.tenantId}\n${list}\n${key}`).digest().subarray(0, SEAL_BYTES);
  }
}

const refusal = (message: string): Error => ValidationFailed.with({ errors: { cursor: [message] } });
