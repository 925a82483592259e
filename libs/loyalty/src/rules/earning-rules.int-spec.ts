import { setTimeout as sleep } from 'node:timers/promises';
import { requestContext } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';
import pg from 'pg';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { earnFact, loyaltyFixture, purchaseItem, refundItem, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import { draftRule, openRule, publishRule, ruleOf } from '../../../../test/support/rules.js';
import type { PointsFact } from '../points/points-fact.js';
import type { ProgramTerms } from '../programs/program.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let owner: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await close();
  await database.close();
});

const tenant = (terms: Partial<ProgramTerms> = {}, scale = 0): Promise<LoyaltyFixture> =>
  loyaltyFixture(uow, database.ownerUrl, terms, scale);

/** Until a transaction in this database waits for a lock. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await owner.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`,
    );
    if (rows.length > 0) return;
    await sleep(10);
  }
}

let batches = 0;
const bought = async (loyalty: LoyaltyFixture, ...items: ReturnType<typeof purchaseItem>[]): Promise<(number | string | undefined)[]> =>
  (await loyalty.batch(`b-${(batches += 1)}`, items)).items.map((item) =>
    item.status === 'accepted' ? item.points : (item.code ?? item.status),
  );
const at = (moment: string) => ({ occurred_at: moment });
const countersOf = async (loyalty: LoyaltyFixture): Promise<Record<string, number>> => {
  const { rows } = await owner.query<{ period: string; used: string }>(
    'select period, used from earning_counter where tenant_id = $1 order by period',
    [loyalty.ctx.tenantId],
  );
  return Object.fromEntries(rows.map(({ period, used }) => [period, Number(used)]));
};

describe('earning rules in force', () => {
  test('a rule adds to the rate, caps cut in a day, a month and ever, and the posting says so', async () => {
    const loyalty = await tenant();
    const rule = await openRule(loyalty, 'double', {
      effect: { type: 'multiplier', factor: '2' },
      caps: { per_transaction: '50', per_member_day: '70', per_member_month: '90', per_member: '100' },
    });
    expect(await bought(loyalty, purchaseItem('1', 'anna', '60.00', at('2026-03-30T10:00:00Z')))).toEqual([110]);
    const items = [
      purchaseItem('2', 'anna', '30.00', at('2026-03-30T11:00:00Z')),
      purchaseItem('3', 'anna', '30.00', at('2026-03-30T20:00:00Z')),
      purchaseItem('4', 'anna', '30.00', at('2026-03-31T20:00:00Z')),
    ];
    // 20 of the day are left, then 20 of the month (31 March in Kolkata), then 10 ever (1 April).
    expect(await bought(loyalty, ...items)).toEqual([50, 50, 40]);
    const [last] = await uow.read(loyalty.ctx, (tx) => loyalty.room.transactions.list(tx, { reference: '4', limit: 1 }));
    const { rules } = await uow.read(loyalty.ctx, (tx) => loyalty.room.transactions.explain(tx, last!.id));
    expect(rules).toMatchObject([
      { id: loyalty.program.id, points: 30 },
      {
        id: rule.id,
        version: 1,
        points: 10,
        reason: 'Times 2 what the rates give.',
        cuts: [{ limit: 'per_member', most: '100', cut: '20' }],
      },
    ]);
  });

  test('a repeat uses nothing, and a refund gives back what its purchase used of its own day', async () => {
    const loyalty = await tenant();
    await openRule(loyalty, 'extra', { caps: { per_member_day: '100' }, budget: { total: '150' } });
    const day = at('2026-03-10T10:00:00Z');
    const first = purchaseItem('1', 'anna', '90.00', day);
    // The refund stands between: what it gives back is there for the next line of the same list.
    const points = await bought(
      loyalty,
      first,
      first,
      { ...refundItem('r-1', 'anna', '30.00', '1'), ...at('2026-03-12T10:00:00Z') },
      purchaseItem('2', 'anna', '50.00', day),
    );
    expect(points).toEqual([180, 'duplicate', -60, 90]);
    expect(await countersOf(loyalty)).toEqual({ '2026-03-10': 100, ever: 100 });
    await bought(loyalty, refundItem('r-2', 'anna', '60.00', '1'));
    expect(await countersOf(loyalty)).toEqual({ '2026-03-10': 40, ever: 40 });
    expect(await bought(loyalty, purchaseItem('3', 'bela', '500.00', day))).toEqual([600]);
  });

  test("a program's own caps hold over all its rules, and without any; what they cut uses no budget", async () => {
    const loyalty = await tenant({ earn_caps: { per_transaction: '100', per_day: '150', per_month: null, per_member: null } });
    const day = at('2026-03-10T10:00:00Z');
    expect(await bought(loyalty, purchaseItem('1', 'anna', '120.00', day), purchaseItem('2', 'anna', '20.00', day))).toEqual([100, 20]);
    await openRule(loyalty, 'extra', { budget: { total: '1000' } });
    expect(await bought(loyalty, purchaseItem('3', 'anna', '25.00', day), purchaseItem('4', 'anna', '25.00', day))).toEqual([30, 0]);
    expect(await bought(loyalty, refundItem('r-1', 'anna', '120.00', '1'))).toEqual([-100]);
    expect(await bought(loyalty, purchaseItem('5', 'anna', '40.00', day))).toEqual([80]);
    expect(await countersOf(loyalty)).toEqual({ '2026-03-10': 130, ever: 45 });
  });

  test('100 parallel earns never overspend a budget (LED-13)', async () => {
    const loyalty = await tenant({ points_per_unit: '0' });
    await openRule(loyalty, 'budget', { effect: { type: 'fixed', points: '7' }, budget: { total: '500' } });
    // As many at a time as there are connections: who waits for one longer than some seconds is sent away.
    const given: (number | string | undefined)[] = [];
    const earnOn = async (n: number): Promise<void> => {
      for (let turn = 0; turn < 10; turn += 1)
        given.push(...(await bought(loyalty, purchaseItem(`p-${n}-${turn}`, `m-${(n * 10 + turn) % 40}`, '1.00'))));
    };
    await Promise.all(Array.from({ length: 10 }, (_, n) => earnOn(n)));
    expect(given.reduce<number>((sum, points) => sum + Number(points), 0)).toBe(500);
    expect(await countersOf(loyalty)).toEqual({ ever: 500 });
  }, 60_000);

  test('a first purchase counts from the ledger, once; refunded whole it comes back once (C3.11)', async () => {
    const loyalty = await tenant();
    await bought(loyalty, purchaseItem('old', 'olga', '1.00'));
    await openRule(loyalty, 'welcome', { effect: { type: 'fixed', points: '100' }, conditions: { first_purchase: true } });
    await openRule(loyalty, 'third', { effect: { type: 'fixed', points: '30' }, conditions: { nth_purchase: { n: 3, repeat: true } } });
    expect(await bought(loyalty, purchaseItem('old-2', 'olga', '1.00'), purchaseItem('old-3', 'olga', '1.00'))).toEqual([1, 31]);
    expect(await bought(loyalty, purchaseItem('1', 'nina', '1.00'), purchaseItem('2', 'nina', '1.00'))).toEqual([101, 1]);
    expect(await bought(loyalty, refundItem('r-1', 'nina', '1.00', '1'), refundItem('r-2', 'nina', '1.00', '2'))).toEqual([-101, -1]);
    expect(await bought(loyalty, purchaseItem('3', 'nina', '1.00'), refundItem('r-3', 'nina', '1.00', '3'))).toEqual([101, -101]);
    expect(await bought(loyalty, purchaseItem('4', 'nina', '1.00'))).toEqual([1]);
    const parallel = await Promise.all(Array.from({ length: 8 }, (_, n) => bought(loyalty, purchaseItem(`f-${n}`, 'fay', '1.00'))));
    expect(parallel.flat().sort()).toEqual([1, 1, 1, 1, 1, 101, 31, 31]);
  });

  test('a purchase in flight while the first rule that counts is published is counted (C3.11)', async () => {
    const [before, after] = [await tenant(), await tenant()];
    const welcome = { effect: { type: 'fixed', points: '100' }, conditions: { first_purchase: true } } as const;
    const purchase = (reference: string): PointsFact =>
      earnFact('olga', 0, { reference, earned: { purchase: { amount: '1.00', currency: 'USD' } } });

    // Posted but not committed: the rule waits for it.
    let commit = (): void => undefined;
    const gate = new Promise<void>((resolve) => (commit = resolve));
    await before.posted(earnFact('olga', 1));
    const drafted = await draftRule(before, 'welcome', welcome);
    const inFlight = uow.run(before.ctx, async (tx) => {
      await before.room.postPoints.execute(tx, [purchase('1')]);
      await gate;
    });
    const published = publishRule(before, drafted);
    await somebodyWaits();
    commit();
    await Promise.all([inFlight, published]);
    expect((await before.posted(purchase('2')))[0]!.points).toBe(1);

    // Planned before, posted after: it runs again, and by the rule.
    const rule = await draftRule(after, 'welcome', welcome);
    await after.posted(earnFact('olga', 1));
    await uow.run(after.ctx, (tx) => after.room.decideRules.submit(tx, rule.programId, rule.id));
    const checker = requestContext({ ...after.ctx, actor: { type: 'user' as const, id: 'checker' } });
    await uow.run(checker, (tx) => after.room.decideRules.approve(tx, rule.programId, rule.id));
    const open = new Promise<void>((resolve) => (commit = resolve));
    let done = (): void => undefined;
    const decided = new Promise<void>((resolve) => (done = resolve));
    const publishing = uow.run(after.ctx, async (tx) => {
      await after.room.decideRules.publish(tx, rule.programId, rule.id);
      done();
      await open;
    });
    await decided;
    const posting = after.posted(purchase('1'));
    await somebodyWaits();
    commit();
    await publishing;
    expect((await posting)[0]!.points).toBe(101);
    expect((await after.posted(purchase('2')))[0]!.points).toBe(1);
  });

  test("a member's tier multiplies rates, attributes and segments decide, another currency has a rule of its own", async () => {
    const loyalty = await tenant({ points_per_unit: '0.5' });
    await bought(loyalty, purchaseItem('1', 'anna', '10.00'));
    await owner.query(
      `with t as (insert into tier (tenant_id, program_id, id, code, name, rank, earn_multiplier) values ($1, $2, gen_random_uuid(), 'gold', 'Gold', 1, 1.5) returning id),
         s as (insert into segment (tenant_id, id, code, name, definition) values ($1, gen_random_uuid(), 'vip', 'VIP', '{}') returning id),
         m as (update member set attributes = '{"city": "Pune", "age": "42"}' where tenant_id = $1 and reference = 'anna' returning id),
         i as (insert into segment_member select $1, s.id, m.id, now() from s, m)
       insert into member_tier select $1, $2, m.id, t.id, now() from m, t`,
      [loyalty.ctx.tenantId, loyalty.program.id],
    );
    expect(await bought(loyalty, purchaseItem('2', 'anna', '11.00'), purchaseItem('3', 'bela', '11.00'))).toEqual([8, 5]);
    await openRule(loyalty, 'vip', {
      conditions: {
        segment: { in: ['vip'] },
        tier: { in: ['gold'] },
        attributes: [
          { code: 'age', test: 'at_least', values: ['18'] },
          { code: 'city', test: 'in', values: ['Pune'] },
        ],
      },
      effect: { type: 'fixed', points: '20' },
    });
    await openRule(loyalty, 'euro', { conditions: { currency: 'EUR' }, effect: { type: 'points_per_amount', points: '2', per: '1' } });
    const euro = { ...purchaseItem('5', 'bela', '10.00'), currency: 'EUR' };
    expect(await bought(loyalty, purchaseItem('4', 'anna', '11.00'), euro, { ...euro, id: '6', currency: 'GBP' })).toEqual([
      28,
      20,
      'validation_error',
    ]);
    expect(await bought(loyalty, refundItem('r-1', 'bela', '5.00', '5'))).toEqual(['validation_error']);
    expect(await bought(loyalty, { ...refundItem('r-2', 'bela', '5.00', '5'), currency: 'EUR' })).toEqual([-10]);
  });

  test('5,000 purchases by capped rules at once earn what the same do in lists of 500', async () => {
    const [whole, split] = [await tenant(), await tenant()];
    const items = Array.from({ length: 5_000 }, (_, n) => purchaseItem(`p-${n}`, `m-${n % 700}`, `${(n % 90) + 1}.50`));
    for (const loyalty of [whole, split]) {
      await openRule(loyalty, 'capped', {
        effect: { type: 'multiplier', factor: '1.25' },
        caps: { per_member_day: '40' },
        budget: { total: '20000' },
      });
    }
    const started = Date.now();
    const one = await whole.batch('one', items);
    console.log(`5,000 purchases by a rule with a cap and a budget: ${Date.now() - started} ms`);
    const many = [];
    for (let from = 0; from < items.length; from += 500)
      many.push(...(await split.batch(`many-${from}`, items.slice(from, from + 500))).items);
    expect(many.map((item) => item.points)).toEqual(one.items.map((item) => item.points));
    const base = items.reduce((sum, item) => sum + Math.floor(Number(item.amount)), 0);
    expect(one.points - base).toBe(20_000);
    const { rows } = await owner.query('select max(used)::int as most from earning_counter where tenant_id = $1 and ends_on is not null', [
      whole.ctx.tenantId,
    ]);
    expect(rows).toEqual([{ most: 40 }]);
  }, 120_000);
});

describe('the way of a rule into force', () => {
  test('a draft gives nothing; who edited it last does not approve it, not even in the database; an edit needs approval again', async () => {
    const loyalty = await tenant();
    const { decideRules, saveRules } = loyalty.room;
    const as = (id: string) => ({ ...loyalty.ctx, actor: { type: 'user' as const, id } });
    const rule = await draftRule(loyalty, 'extra', {});
    const ids = [loyalty.program.id, rule.id] as const;
    const act = (who: string, work: 'submit' | 'approve' | 'publish' | 'pause' | 'resume' | 'archive') =>
      uow.run(as(who), (tx) => decideRules[work](tx, ...ids));
    await act('maker', 'submit');
    await expect(act('maker', 'approve')).rejects.toMatchObject({ definition: { code: 'second_person_required' } });
    await expect(
      owner.query(`update earning_rule_version set status = 'approved', approved_by = edited_by, approved_at = now() where rule_id = $1`, [
        rule.id,
      ]),
    ).rejects.toMatchObject({ constraint: 'earning_rule_version_approver' });
    await act('checker', 'approve');
    await uow.run(as('checker'), (tx) => saveRules.edit(tx, ...ids, (known) => ({ ...known, priority: 7 })));
    await expect(act('maker', 'publish')).rejects.toMatchObject({ definition: { code: 'invalid_state' } });
    expect(await bought(loyalty, purchaseItem('1', 'anna', '10.00'))).toEqual([10]);
    await act('maker', 'submit');
    await act('maker', 'approve');
    expect(await act('checker', 'publish')).toMatchObject({ status: 'published', liveVersion: 1, latest: { definition: { priority: 7 } } });
    expect(await bought(loyalty, purchaseItem('2', 'anna', '10.00'))).toEqual([20]);

    const edited = await uow.run(as('maker'), (tx) => saveRules.edit(tx, ...ids, () => ruleOf({ effect: { type: 'fixed', points: '5' } })));
    expect(edited).toMatchObject({ status: 'published', liveVersion: 1, latest: { version: 2, status: 'draft' } });
    await expect(
      owner.query(`update earning_rule_version set definition = '{}' where rule_id = $1 and version = 1`, [rule.id]),
    ).rejects.toThrow('was published and does not change');
    expect(await bought(loyalty, purchaseItem('3', 'anna', '10.00'))).toEqual([20]);
    await publishRule(loyalty, edited);
    expect(await bought(loyalty, purchaseItem('4', 'anna', '10.00'))).toEqual([15]);
    await act('maker', 'pause');
    expect(await bought(loyalty, purchaseItem('5', 'anna', '10.00'))).toEqual([10]);
    await act('maker', 'resume');
    expect(await bought(loyalty, purchaseItem('6', 'anna', '10.00'))).toEqual([15]);
    await act('maker', 'archive');
    await expect(act('maker', 'resume')).rejects.toMatchObject({ definition: { code: 'invalid_state' } });
    expect(await bought(loyalty, purchaseItem('7', 'anna', '10.00'))).toEqual([10]);
    const versions = await uow.read(loyalty.ctx, (tx) => loyalty.room.findRules.versions(tx, ...ids));
    expect(versions.map(({ version, status }) => [version, status])).toEqual([
      [2, 'published'],
      [1, 'retired'],
    ]);
  });
});
