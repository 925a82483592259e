import { requestContext, type TenantContext } from '@tallystick/kernel';
import { PostTransactions } from '@tallystick/ledger';
import {
  CloseWindow,
  CloseWindows,
  DisperseWindow,
  ExportWindow,
  FindWindows,
  MarkRewards,
  MarkWindow,
  MatchSettlement,
  OpenWindow,
  VerifyWindows,
  type CardItem,
  type Closing,
  type ExportFormat,
} from '@tallystick/offers';
import { type ReadTx, type UnitOfWork, type WriteTx } from '@tallystick/platform';
import { cashbackFixture } from './cashback.js';

/** Operations and queries of conciliation with their real parts. */
export function conciliationRoom(uow: UnitOfWork) {
  const open = new OpenWindow();
  const [close, find, mark] = [new CloseWindow(open), new FindWindows(), new MarkWindow(new MarkRewards())];
  return {
    open,
    close,
    closeAll: new CloseWindows(uow, find, close, mark, new MatchSettlement()),
    disperse: new DisperseWindow(new PostTransactions(), mark),
    find,
    mark,
    export: new ExportWindow(uow),
    verify: new VerifyWindows(),
  };
}

/** A tenant that rewards card transactions, at a moment of its own, and its windows. */
export async function conciliationFixture(uow: UnitOfWork) {
  const bank = await cashbackFixture(uow);
  const room = conciliationRoom(uow);
  let ctx: TenantContext = bank.ctx;
  let batches = 0;
  const read = <T>(work: (tx: ReadTx<TenantContext>) => Promise<T>): Promise<T> => uow.read(ctx, work);
  const run = <T>(work: (tx: WriteTx<TenantContext>) => Promise<T>): Promise<T> => uow.run(ctx, work);
  return {
    ...bank,
    windows: room,
    read,
    run,
    /** Sets the tenant's clock: what follows happens then. */
    goTo(moment: string | Date): void {
      ctx = requestContext({ ...bank.ctx, clockOffsetMs: new Date(moment).getTime() - Date.now() });
    },
    /** Card transactions, at the tenant's moment. */
    async cards(...items: CardItem[]) {
      const requestId = `at-${++batches}`;
      const { batch } = await run((tx) => bank.room.post.execute(tx, { requestId, lines: items.map((item) => ({ item })), raw: items }));
      return batch.items;
    },
    closeOne: (): Promise<Closing | null> => run((tx) => room.close.execute(tx)),
    /** Closes all windows that have ended, as the worker does. */
    async closeAll(): Promise<string[]> {
      const closed = async (): Promise<string[]> => {
        const sql = 'select id from conciliation_window where tenant_id = $1 and closed_at is not null order by number';
        return (await read((tx) => tx.query<{ id: string }>(sql, [bank.ctx.tenantId]))).map(({ id }) => id);
      };
      const before = await closed();
      const blocked = await room.closeAll.run(ctx, new AbortController().signal);
      if (blocked) throw new Error(`blocked: ${JSON.stringify(blocked.problem)}`);
      return (await closed()).slice(before.length);
    },
    window: (id: string) => read((tx) => room.find.byId(tx, id)),
    confirm: (id: string) => run((tx) => room.disperse.confirm(tx, id, 'test')),
    verified: () => read((tx) => room.verify.find(tx)),
    async exported(id: string, format: ExportFormat): Promise<string> {
      const window = await read((tx) => room.find.closed(tx, id));
      let text = '';
      for await (const part of room.export.stream(ctx, window, format)) text += String(part);
      return text;
    },
    /** Rows of this tenant. */
    rows: <Row = Record<string, unknown>>(sql: string, ...parameters: unknown[]): Promise<Row[]> =>
      read((tx) => tx.query<Row>(sql, [bank.ctx.tenantId, ...parameters])),
  };
}

export type ConciliationFixture = Awaited<ReturnType<typeof conciliationFixture>>;
