import { requestContext, type TenantContext } from '@tallystick/kernel';
import { PostTransactions } from '@tallystick/ledger';
import {
  CloseWindow,
  CloseWindows,
  DisperseWindow,
  ExportWindow,
  FindWindows,
  MarkRewards,
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
  const [close, find] = [new CloseWindow(open, new MarkRewards()), new FindWindows()];
  return {
    open,
    close,
    closeAll: new CloseWindows(uow, find, close, new MatchSettlement()),
    disperse: new DisperseWindow(new PostTransactions(), new MarkRewards()),
    find,
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
      const ids: string[] = [];
      for (;;) {
        const closing = await run((tx) => room.close.execute(tx));
        if (closing?.outcome === 'blocked') throw new Error(`blocked: ${JSON.stringify(closing.problem)}`);
        if (!closing) return ids;
        ids.push(closing.window.id);
      }
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
