import type { UnitOfWork } from '@tallystick/platform';
import pg from 'pg';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../../test/support/database.js';
import { loyaltyFixture, purchaseItem, refundItem, type LoyaltyFixture } from '../../../../../test/support/loyalty.js';
import { draftRule, openRule, ruleOf } from '../../../../../test/support/rules.js';
import { FindReplays } from './find-replays.query.js';
import { ReplayRule } from './replay-rule.js';
import { StartReplay } from './start-replay.operation.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let owner: pg.Client;
let loyalty: LoyaltyFixture;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  loyalty = await loyaltyFixture(uow, database.ownerUrl);
});
afterAll(async () => {
  await owner.end();
  await close();
  await database.close();
});

const counts = async (...tables: string[]): Promise<number[]> => {
  const { rows } = await owner.query<{ n: number }>(tables.map((table) => `select count(*)::int as n from ${table}`).join(' union all '));
  return rows.map(({ n }) => n);
};
const posted = (): Promise<number[]> => counts('ledger_transaction', 'ledger_entry', 'ledger_lot', 'earning_counter');

/** Starts a replay and runs its turns, each of one chunk, until it is done. */
async function replayed(ruleId: string, from = new Date(Date.now() - 3_600_000)) {
  const ids = [loyalty.program.id, ruleId] as const;
  const started = await uow.run(loyalty.ctx, (tx) => new StartReplay(loyalty.room.findRules).execute(tx, ...ids, from, null));
  const read = () => uow.read(loyalty.ctx, (tx) => new FindReplays().byId(tx, ...ids, started.id));
  for (let turn = 0; turn < 50 && (await read()).status !== 'completed'; turn += 1)
    await new ReplayRule(uow).run(loyalty.ctx, started.id, 0, 17);
  return { started, replay: await read() };
}

interface Bought {
  readonly id: string;
  readonly member: string;
  readonly cents: number;
  readonly mcc: string;
  readonly day: string;
}

test('a draft replayed in chunks finds what an independent calculation finds, and posts nothing', async () => {
  const live = await openRule(loyalty, 'flat', { effect: { type: 'fixed', points: '5' }, conditions: { amount: { min: '50' } } });
  const list = Array.from({ length: 120 }, (_, n): Bought => ({
    id: `p-${n}`,
    member: `m-${n % 25}`,
    cents: ((n * 37) % 90) * 100 + 50,
    mcc: n % 3 === 0 ? '5942' : '5411',
    day: `2026-03-0${(n % 4) + 1}`,
  }));
  const items = list.map(({ id, member, cents, mcc, day }) =>
    purchaseItem(id, member, (cents / 100).toFixed(2), { merchant: { mcc }, occurred_at: `${day}T12:00:00+05:30` }),
  );
  await loyalty.batch('history', items);
  await loyalty.batch('refunds', [refundItem('r-1', 'm-3', items[3]!.amount as string, 'p-3')]);
  await uow.run({ ...loyalty.ctx, actor: { type: 'user', id: 'maker' } }, (tx) =>
    loyalty.room.saveRules.edit(tx, loyalty.program.id, live.id, () =>
      ruleOf({ effect: { type: 'multiplier', factor: '3' }, conditions: { mcc: { in: ['5942'] } }, caps: { per_member_day: '60' } }),
    ),
  );

  const [now, draft, used] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const standing = list.filter(({ id }) => id !== 'p-3');
  for (const { member, cents, mcc, day } of standing) {
    const base = Math.floor(cents / 100);
    now.set(member, (now.get(member) ?? 0) + base + (cents >= 5_000 ? 5 : 0));
    const wanted = mcc === '5942' ? Math.floor((cents * 3) / 100) - base : 0;
    const extra = Math.min(wanted, 60 - (used.get(member + day) ?? 0));
    used.set(member + day, (used.get(member + day) ?? 0) + extra);
    draft.set(member, (draft.get(member) ?? 0) + base + extra);
  }
  const sum = (map: Map<string, number>) => [...map.values()].reduce((total, points) => total + points, 0);
  const differences = [...now].map(([member, points]) => draft.get(member)! - points);

  const before = await posted();
  const { started, replay } = await replayed(live.id);
  expect(started).toMatchObject({ status: 'queued', ruleVersion: 2, progress: 0, report: null });
  expect(replay).toMatchObject({ status: 'completed', progress: 100, purchases: 119 });
  const report = replay.report!;
  expect(report).toMatchObject({
    purchases: 119,
    members: now.size,
    points_issued: sum(now),
    points_now: sum(now),
    points_with_draft: sum(draft),
    difference: sum(draft) - sum(now),
    percent: (((sum(draft) - sum(now)) / sum(now)) * 100).toFixed(2),
    members_gaining: differences.filter((by) => by > 0).length,
    members_losing: differences.filter((by) => by < 0).length,
  });
  const largest = differences
    .filter((by) => by !== 0)
    .map(Math.abs)
    .sort((a, b) => b - a);
  expect(report.top.map(({ difference }) => Math.abs(difference))).toEqual(largest.slice(0, 20));
  expect(await posted()).toEqual(before);
  expect(await counts('rule_replay_member', 'rule_replay_counter')).toEqual([0, 0]);
  await new ReplayRule(uow).run(loyalty.ctx, started.id);
  expect((await uow.read(loyalty.ctx, (tx) => new FindReplays().byId(tx, loyalty.program.id, live.id, started.id))).report).toEqual(report);
});

test('first purchases before the time are known, a time without purchases is empty, and one in the future is refused', async () => {
  const welcome = await draftRule(loyalty, 'welcome', { effect: { type: 'fixed', points: '100' }, conditions: { first_purchase: true } });
  const { rows } = await owner.query<{ now: Date }>('select clock_timestamp() as now');
  const from = rows[0]!.now;
  await loyalty.batch('later', [
    purchaseItem('l-1', 'm-1', '1.00'),
    purchaseItem('l-2', 'new', '1.00'),
    purchaseItem('l-3', 'new', '1.00'),
  ]);
  const { replay } = await replayed(welcome.id, from);
  expect(replay.report).toMatchObject({ purchases: 3, points_now: 3, points_with_draft: 103, difference: 100, members_gaining: 1 });
  expect((await replayed(welcome.id, new Date(Date.now() - 1))).replay.report).toMatchObject({ purchases: 0, percent: null, top: [] });
  await expect(replayed(welcome.id, new Date(Date.now() + 60_000))).rejects.toMatchObject({ definition: { code: 'validation_error' } });
});
