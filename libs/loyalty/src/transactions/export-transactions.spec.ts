import { setImmediate as turn } from 'node:timers/promises';
import type { TenantContext } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';
import type { FindTransactions, WalkedTransaction } from '../points/find-transactions.query.js';
import { ExportTransactions } from './export-transactions.query.js';

const ctx = { tenantId: 't' } as unknown as TenantContext;

/** An export out of a ledger that never ends, and how often it was read. */
function endless() {
  const seen = { batches: 0, rows: 0 };
  const transactions = {
    walk(_tx: unknown, _filter: unknown, place: { number: string } | undefined, limit: number) {
      seen.batches++;
      const from = Number(place?.number ?? 0);
      seen.rows += limit;
      return Promise.resolve(
        Array.from({ length: limit }, (_, n) => {
          const number = from + n + 1;
          return { transaction: { number, narration: '=cmd()' }, change: 1, place: { at: 'now', number: String(number) } };
        }) as unknown as WalkedTransaction[],
      );
    },
  } as unknown as FindTransactions;
  const uow = { read: (_ctx: unknown, work: (tx: unknown) => unknown) => work(undefined) } as unknown as UnitOfWork;
  return { seen, stream: new ExportTransactions(uow, transactions).stream(ctx, { to: new Date() }) };
}

test('an export holds a few batches at most, however slow its reader, and reads no more when the reader leaves (FIL-05)', async () => {
  const { seen, stream } = endless();
  const reader = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let read = 0;
  while (read < 20_000) {
    read += String((await reader.next()).value).split('\r\n').length - 1;
    for (let n = 0; n < 5; n++) await turn();
    expect(seen.rows - read).toBeLessThanOrEqual(5_000);
  }
  expect(seen.rows).toBeGreaterThanOrEqual(20_000);
  await reader.return!();
  for (let n = 0; n < 20; n++) await turn();
  const { batches } = seen;
  for (let n = 0; n < 50; n++) await turn();
  expect([stream.destroyed, seen.batches]).toEqual([true, batches]);
});
