import type { UnitOfWork } from '@tallystick/platform';
import pg from 'pg';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../../test/support/database.js';
import { loyaltyFixture, purchaseItem, refundItem, type LoyaltyFixture } from '../../../../../test/support/loyalty.js';
import { draftRule, openRule, ruleOf } from '../../../../../test/support/rules.js';
import { EVERYBODY } from '../counters.policy.js';
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
async function replayed(ruleId: string, from = new Date(Date.now() - 3_600_000), { program, ctx, room } = loyalty) {
  const ids = [program.id, ruleId] as const;
  const started = await uow.run(ctx, (tx) => new StartReplay(room.findRules).execute(tx, ...ids, from, null));
  const read = () => uow.read(ctx, (tx) => new FindReplays().byId(tx, ...ids, started.id));
  for (let turn = 0; turn < 50 && (await read()).status !== 'completed'; turn += 1) await new ReplayRule(uow).run(ctx, started.id, 0, 17);
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

test('caps and budgets begin as they were used, and partial refunds are taken off: the rules in force find what was issued (C3.6)', async () => {
  const terms = { earn_caps: { per_transaction: null, per_day: null, per_month: '480', per_member: null } };
  const fixture = await loyaltyFixture(uow, database.ownerUrl, terms);
  const limits = { caps: { per_member_day: '40', per_member: '90' }, budget: { total: '300', per_month: '290' } };
  const rule = await openRule(fixture, 'half', { effect: { type: 'points_per_amount', points: '1', per: '2' }, ...limits });
  const bought = (id: string, n: number, cents: string): ReturnType<typeof purchaseItem> =>
    purchaseItem(id, `m-${n % 4}`, `${20 + ((n * 7) % 30)}.${cents}`, { occurred_at: `2026-03-0${(n % 3) + 1}T12:00:00+05:30` });
  const before = Array.from({ length: 12 }, (_, n) => bought(`b-${n}`, n, '40'));
  await fixture.batch('before', before);
  await fixture.batch('taken', [refundItem('t-1', 'm-1', '10.00', 'b-1'), refundItem('t-2', 'm-2', '5.55', 'b-2')]);
  const budget = async (): Promise<number> => {
    const { rows } = await owner.query<{ used: number }>(
      `select used::int from earning_counter where tenant_id = $1 and scope_id = $2 and member_id = '${EVERYBODY}' and period = 'ever'`,
      [fixture.ctx.tenantId, rule.id],
    );
    return rows[0]!.used;
  };
  const usedBefore = await budget();
  const { rows: moments } = await owner.query<{ now: Date }>('select clock_timestamp() as now');
  const within = Array.from({ length: 40 }, (_, n) => bought(`w-${n + 1}`, n + 1, '60'));
  await fixture.batch('within', within);
  expect(await budget()).toBeGreaterThan(usedBefore);
  const replay = async (total: string) => {
    await uow.run({ ...fixture.ctx, actor: { type: 'user', id: 'maker' } }, (tx) =>
      fixture.room.saveRules.edit(tx, fixture.program.id, rule.id, () =>
        ruleOf({ effect: { type: 'points_per_amount', points: '1', per: '2' }, ...limits, budget: { ...limits.budget, total } }),
      ),
    );
    return (await replayed(rule.id, moments[0]!.now, fixture)).replay.report!;
  };
  const first = await replay('300');
  expect([first.points_now, first.points_with_draft, first.purchases]).toEqual([first.points_issued, first.points_issued, 40]);
  const none = await replay(String(usedBefore));
  const seven = await replay(String(usedBefore + 7));
  expect([seven.points_with_draft - none.points_with_draft, none.points_now]).toEqual([7, first.points_now]);

  // One of what was bought before, and one after which no limit was met.
  await fixture.batch('later', [refundItem('t-3', 'm-1', '12.00', 'b-1'), refundItem('t-4', 'm-2', '11.11', 'w-38')]);
  const last = await replay('300');
  expect([last.points_now, last.points_with_draft]).toEqual([last.points_issued, last.points_issued]);
  expect(last.points_issued).toBeLessThan(first.points_issued);
});
