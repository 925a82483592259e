import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import type { ExportRecord } from './export-record.js';
import type { SealedEntry } from './facts.js';
import { ENTRY_COLUMNS, factsAfter, moment } from './facts.query.js';
import { FindSeals } from './find-seals.query.js';

const BATCH = 2_000;
/** As many entries without a transaction as an export lists: one is a scandal already. */
const STRAYS = 1_000;

/** Reads a tenant's whole ledger for an export or a check, a batch at a time. All of one transaction, so of one moment. */
@Injectable()
export class ExportLedger {
  constructor(private readonly seals: FindSeals) {}

  async *records(tx: ReadTx<TenantContext>): AsyncGenerator<ExportRecord> {
    const tenant_id = tx.ctx.tenantId;
    const [{ now } = { now: '' }] = await tx.query<{ now: string }>(`select ${moment('now()')} as now`);
    yield { record: 'ledger', version: 1, tenant_id, exported_at: now, keys: await this.seals.keys(tx) };

    const count = { seals: 0, transactions: 0, entries: 0, missing: 0 };
    let after = 0n;
    const transactions = async function* (last?: bigint): AsyncGenerator<ExportRecord> {
      for (;;) {
        const facts = await factsAfter(tx, after, BATCH, last);
        for (const fact of facts) {
          count.transactions += 1;
          count.entries += fact.entries.length;
          count.missing += fact.missing.length;
          yield { record: 'transaction', ...fact };
        }
        after = BigInt(facts.at(-1)?.number ?? after);
        if (facts.length < BATCH) return;
      }
    };
    for (let seal = await this.seals.next(tx, '0'); seal; seal = await this.seals.next(tx, seal.number)) {
      const { leaves, public_key: _, ...said } = seal;
      count.seals += 1;
      yield { record: 'seal', ...said, leaves: leaves.toString('base64') };
      yield* transactions(BigInt(seal.last_transaction));
    }
    yield* transactions();

    const strays = await strayEntries(tx, count.entries, count.missing > 0);
    for (const stray of strays) yield { record: 'stray', ...stray };
    yield { record: 'end', seals: count.seals, transactions: count.transactions, entries: count.entries + strays.length };
  }
}

/** Entries that no transaction names; they are looked for only where the numbers do not add up, since that reads everything again. */
async function strayEntries(tx: ReadTx<TenantContext>, named: number, sure: boolean): Promise<SealedEntry[]> {
  const [row] = await tx.query<{ count: string }>('select count(*) from ledger_entry where tenant_id = $1', [tx.ctx.tenantId]);
  if (!sure && Number(row?.count) === named) return [];
  return tx.query<SealedEntry>(
    `select ${ENTRY_COLUMNS}, a.asset_id, a.owner_id from ledger_entry e left join ledger_account a on a.tenant_id = e.tenant_id and a.id = e.account_id
     left join ledger_transaction t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
     where e.tenant_id = $1 and not coalesce(
       t.legs @> jsonb_build_array(jsonb_build_object('from', e.account_id, 'from_seq', e.seq::text)) or
       t.legs @> jsonb_build_array(jsonb_build_object('to', e.account_id, 'to_seq', e.seq::text)), false)
     order by e.account_id, e.seq limit ${STRAYS}`,
    [tx.ctx.tenantId],
  );
}
