import { Injectable } from '@nestjs/common';
import { isUuid, type TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { showLine, tallyCards, type CardBatch, type KeptLine } from './card-batch.js';
import { CARD_LINE_COLUMNS, type CardLineRow } from './card-transaction.view.js';
import { withExpectedWindows } from './expected-windows.js';

/** Reads a client's batches of card transactions. */
@Injectable()
export class FindCardBatch {
  /** The batch that this client sent under a request id, in its present state, with the hash of what was sent; null where there is none. */
  async present(tx: ReadTx<TenantContext>, requestId: string): Promise<{ readonly batch: CardBatch; readonly fingerprint: string } | null> {
    const [row] = await tx.query<{ request_id_as_sent: string | number; fingerprint: string; items: KeptLine[] }>(
      'select request_id_as_sent, fingerprint, items from cashback_batch where tenant_id = $1 and client_id = $2 and request_id = $3',
      [tx.ctx.tenantId, tx.ctx.actor.id, requestId],
    );
    return row ? { batch: await this.show(tx, row.request_id_as_sent, row.items), fingerprint: row.fingerprint } : null;
  }

  /** A batch by its request id, else the card transaction of that id of ours as a batch of one (A.2.2). */
  async find(tx: ReadTx<TenantContext>, name: string): Promise<CardBatch | null> {
    const named = await this.present(tx, name);
    if (named) return named.batch;
    if (!isUuid(name)) return null;
    const [transaction] = await tx.query<{ reference: string }>('select reference from card_transaction where tenant_id = $1 and id = $2', [
      tx.ctx.tenantId,
      name,
    ]);
    return transaction ? this.show(tx, name, [{ id: transaction.reference, transaction: name }]) : null;
  }

  /** Lines with their card transactions as they are by now. */
  async show(tx: ReadTx<TenantContext>, requestId: string | number, lines: readonly KeptLine[]): Promise<CardBatch> {
    const ids = [...new Set(lines.flatMap(({ transaction }) => transaction ?? []))];
    const rows = await tx.query<CardLineRow>(
      `select ${CARD_LINE_COLUMNS} from card_transaction t join member b on b.tenant_id = t.tenant_id and b.id = t.member_id
       left join offer o on o.tenant_id = t.tenant_id and o.id = t.offer_id where t.tenant_id = $1 and t.id = any($2::uuid[])`,
      [tx.ctx.tenantId, ids],
    );
    const known = new Map((await withExpectedWindows(tx, rows)).map((row) => [row.id, row]));
    return tallyCards(
      requestId,
      lines.map((line) => showLine(line, known.get(line.transaction ?? ''))),
    );
  }
}
