import {
  FindTiers,
  MemberTierView,
  OverrideTier,
  PreviewTiers,
  SaveTier,
  SaveTierScheme,
  type PointsFact,
  type TierScheme,
} from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { earnFact, loyaltyFixture, redeemFact, type LoyaltyFixture } from '../../../../test/support/loyalty.js';

const DAY = 86_400_000;
const source = { channel: 'test', requestId: 'test-request' };

let database: TestDatabase;
let app: { uow: UnitOfWork; close(): Promise<void> };
beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl);
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

/** A tenant with a program, at its noon: no day ends while the test runs. */
const openNoon = async (): Promise<LoyaltyFixture> =>
  (await loyaltyFixture(app.uow, database.ownerUrl)).ahead(Math.ceil(Date.now() / DAY) * DAY + DAY / 2 - Date.now());

/** A tenant whose tiers multiply what is earned. */
async function openFactors(factors: readonly string[], basis: TierScheme['basis'] = 'points') {
  const loyalty = await openNoon();
  await loyalty.uow.run(loyalty.ctx, async (tx) => {
    await new SaveTierScheme().execute(tx, loyalty.program.id, (known) => ({ ...known, basis, period: 'since_enrollment' }));
    for (const [rank, earnMultiplier] of factors.entries())
      await new SaveTier().create(tx, loyalty.program.id, {
        code: `t${rank}`,
        name: 't',
        rank,
        threshold: String(rank * 100),
        earnMultiplier,
      });
  });
  return stand(loyalty);
}

/** A tenant whose program has the tiers bronze, silver and gold; `in` is the same some days later. */
async function openTiers(scheme: Partial<TierScheme> = {}, thresholds: readonly string[] = ['0', '100', '1000']) {
  const loyalty = await openNoon();
  const { ctx, uow, program } = loyalty;
  await uow.run(ctx, async (tx) => {
    await new SaveTierScheme().execute(tx, program.id, (known) => ({ ...known, period: 'since_enrollment', ...scheme }));
    for (const [rank, code] of ['bronze', 'silver', 'gold'].entries())
      await new SaveTier().create(tx, program.id, { code, name: code, rank, threshold: thresholds[rank]!, earnMultiplier: '1' });
  });
  return stand(loyalty);
}

function stand(loyalty: LoyaltyFixture) {
  const { ctx, uow, program, room } = loyalty;
  const overrides = new OverrideTier(room.evaluateTiers);
  return {
    ...loyalty,
    in: (days: number) => stand(loyalty.ahead(days * DAY)),
    buy: (member: string, amount: string, reference = `${member}-${Math.random()}`, rest: object = {}) =>
      loyalty.posted(earnFact(member, 1, { earned: { purchase: { amount, currency: 'USD' } }, reference, ...rest })),
    refund: (member: string, amount: string, originalReference: string) =>
      loyalty.posted({
        kind: 'refund',
        source,
        member: { reference: member },
        reference: `r-${Math.random()}`,
        originalReference,
        purchase: { amount, currency: 'USD' },
      }),
    due: async () => uow.run(ctx, (tx) => room.evaluateTiers.executeDue(tx)),
    idOf: async (reference: string) =>
      (await uow.read(ctx, (tx) => tx.query<{ id: string }>('select id from member where reference = $1', [reference])))[0]!.id,
    async tierOf(reference: string) {
      const id = await this.idOf(reference);
      const rows = await uow.read(ctx, (tx) =>
        tx.query<{ code: string | null }>(
          'select t.code from member_tier mt left join tier t on t.tenant_id = mt.tenant_id and t.id = mt.tier_id where mt.member_id = $1',
          [id],
        ),
      );
      return rows[0]?.code;
    },
    async view(reference: string) {
      const id = await this.idOf(reference);
      return uow.read(ctx, (tx) => new MemberTierView(room.findPrograms).find(tx, id, undefined));
    },
    async history(reference: string) {
      const id = await this.idOf(reference);
      const rows = await uow.read(ctx, (tx) => new FindTiers().history(tx, id, { limit: 50 }));
      return rows.reverse().map(({ from, to, reason }) => `${from}>${to} ${reason}`);
    },
    give: async (reference: string, tier: string, until: string) => {
      const [{ id }] = (await uow.read(ctx, (tx) =>
        tx.query<{ id: string }>('select id from member where reference = $1', [reference]),
      )) as [{ id: string }];
      await uow.run(ctx, (tx) => overrides.give(tx, program.id, id, { tier, until, reason: 'A promise' }));
    },
    end: async (reference: string) => {
      const [{ id }] = (await uow.read(ctx, (tx) =>
        tx.query<{ id: string }>('select id from member where reference = $1', [reference]),
      )) as [{ id: string }];
      await uow.run(ctx, (tx) => overrides.end(tx, program.id, id));
    },
    preview: (proposal: Parameters<PreviewTiers['find']>[2] = {}) =>
      uow.read(ctx, (tx) => new PreviewTiers().find(tx, program.id, proposal)),
    events: async () =>
      (
        await uow.read(ctx, (tx) =>
          tx.query<{ data: { from: { code: string } | null; to: { code: string } | null; reason: string } }>(
            `select data from event where name = 'member.tier_changed' order by id`,
          ),
        )
      ).map(({ data }) => `${data.from?.code}>${data.to?.code} ${data.reason}`),
  };
}

describe('tiers by points', () => {
  it('are reached in the transaction of the posting, and lowered by what is taken back at the next day (C3.11)', async () => {
    const loyalty = await openTiers();
    await loyalty.buy('A', '60', 'A-1');
    expect(await loyalty.tierOf('A')).toBe('bronze');
    await loyalty.buy('A', '50', 'A-2');
    expect(await loyalty.tierOf('A')).toBe('silver');
    await loyalty.posted(redeemFact('A', 110));
    await loyalty.refund('A', '20', 'A-2');
    expect(await loyalty.tierOf('A')).toBe('silver');
    expect(await loyalty.view('A')).toMatchObject({
      tier: { code: 'silver' },
      progress: '90',
      next_tier: { code: 'gold', missing: '910' },
    });
    const tomorrow = loyalty.in(1);
    expect(await tomorrow.view('A')).toMatchObject({ tier: { code: 'bronze' }, next_tier: { code: 'silver', missing: '10' } });
    expect([await tomorrow.due(), await tomorrow.due()]).toEqual([1, 0]);
    expect(await tomorrow.tierOf('A')).toBe('bronze');
    await tomorrow.buy('A', '10');
    expect(await tomorrow.history('A')).toEqual([
      'null>bronze entered',
      'bronze>silver upgraded',
      'silver>bronze downgraded',
      'bronze>silver upgraded',
    ]);
    expect(await tomorrow.events()).toEqual([
      'undefined>bronze entered',
      'bronze>silver upgraded',
      'silver>bronze downgraded',
      'bronze>silver upgraded',
    ]);
  });

  it('are kept through validity and grace, then lost one at a time, as if the worker had come by every day', async () => {
    const loyalty = await openTiers({
      period: 'rolling_months',
      period_months: 1,
      validity_days: 40,
      grace_days: 10,
      downgrade: 'one_down',
    });
    await loyalty.buy('A', '1000');
    const standing = async (days: number) => (await loyalty.in(days).view('A')).tier?.code;
    expect([await standing(40), await standing(50), await standing(51), await standing(101), await standing(102)]).toEqual([
      'gold',
      'gold',
      'silver',
      'silver',
      'bronze',
    ]);
    const later = loyalty.in(300);
    expect(await later.due()).toBe(1);
    expect(await later.history('A')).toEqual(['null>gold entered', 'gold>silver downgraded', 'silver>bronze downgraded']);
    expect(await later.due()).toBe(0);
  });

  it('count what was earned even when the points of a purchase could not be taken back, and a reversal whole', async () => {
    const loyalty = await openTiers();
    const [bought] = await loyalty.buy('A', '150', 'A-1');
    await loyalty.posted(redeemFact('A', 150));
    await loyalty.posted({ kind: 'reverse', source, transactionId: bought!.id });
    expect((await loyalty.view('A')).progress).toBe('0');
  });
});

describe('tiers by spend and by purchases', () => {
  test('what of a purchase was paid with points is not spent, alone, in one list and when it is refunded (C3.8, C3.11)', async () => {
    const spend = await openTiers({ basis: 'spend' }, ['0', '60', '500']);
    const purchase = { amount: '100.00', currency: 'USD', paid_with_points: '40.01' };
    await spend.buy('A', '0.01');
    await spend.posted(earnFact('A', 0, { reference: 'A-1', earned: { purchase } }));
    expect(await spend.view('A')).toMatchObject({ tier: { code: 'silver' }, progress: '60.00' });
    await spend.refund('A', '50.00', 'A-1');
    expect(await spend.view('A')).toMatchObject({ progress: '30.01' });
    // In one list the second earns by what the first one spent.
    const lists = await openFactors(['1', '2'], 'spend');
    const twice = [1, 2, 3].map((n) =>
      earnFact('B', 0, { reference: `B-${n}`, earned: { purchase: { ...purchase, paid_with_points: '40.00' } } }),
    );
    expect((await lists.posted(...twice)).map(({ points }) => points)).toEqual([60, 60, 120]);
  });

  it('count purchases less refunds, in the currency, dated by the purchase', async () => {
    const spend = await openTiers({ basis: 'spend', period: 'calendar_year' }, ['0.01', '99.99', '500']);
    await spend.buy('A', '100.00', 'A-1', { occurredAt: new Date(Date.now() - 400 * DAY) });
    expect(await spend.tierOf('A')).toBeNull();
    await spend.buy('A', '99.98', 'A-2');
    expect((await spend.view('A')).tier?.code).toBe('bronze');
    await spend.buy('A', '0.01', 'A-3');
    expect(await spend.view('A')).toMatchObject({ tier: { code: 'silver' }, progress: '99.99', currency: 'USD' });
    await spend.refund('A', '50.00', 'A-1');
    await spend.refund('A', '33.33', 'A-2');
    expect(await spend.view('A')).toMatchObject({ progress: '66.66', next_tier: { threshold: '500', missing: '433.34' } });
  });

  it('count a purchase until it is wholly refunded, also one of nothing', async () => {
    const loyalty = await openTiers({ basis: 'purchases' }, ['1', '2', '3']);
    for (const [reference, amount] of [
      ['A-1', '30'],
      ['A-2', '0'],
      ['A-3', '10'],
    ] as const)
      await loyalty.buy('A', amount, reference);
    await loyalty.posted(earnFact('A', 500));
    await loyalty.refund('A', '10', 'A-1');
    expect(await loyalty.view('A')).toMatchObject({ tier: { code: 'gold' }, progress: '3', next_tier: null });
    await loyalty.refund('A', '20', 'A-1');
    expect(await loyalty.view('A')).toMatchObject({ progress: '2' });
    expect((await loyalty.in(1).view('A')).tier?.code).toBe('silver');
  });
});

describe('the worker', () => {
  it('brings in members whom no posting has brought, and all of them after a change of the tiers', async () => {
    const loyalty = await openNoon();
    await loyalty.posted(earnFact('OLD', 150), earnFact('NONE', 1));
    const { ctx, uow, program } = loyalty;
    await uow.run(ctx, (tx) =>
      new SaveTier().create(tx, program.id, { code: 'silver', name: 'Silver', rank: 1, threshold: '100', earnMultiplier: '1.5' }),
    );
    await uow.run(ctx, (tx) => loyalty.room.createMember.execute(tx, { reference: 'NEW', profile: {} }));
    const tiers = stand(loyalty);
    expect(await tiers.tierOf('OLD')).toBeUndefined();
    expect(await tiers.due()).toBe(3);
    expect([await tiers.tierOf('OLD'), await tiers.tierOf('NEW'), await tiers.due()]).toEqual(['silver', null, 0]);
    const jobs = await uow.read(ctx, (tx) => tx.query(`select name, payload from job_outbox`));
    expect(jobs).toEqual([{ name: 'review-tiers', payload: { program_id: program.id } }]);
  });

  it('gives a tier by hand until its day, and takes it back', async () => {
    const loyalty = await openTiers();
    await loyalty.buy('A', '10');
    await loyalty.buy('B', '10');
    const today = Date.now() + loyalty.ctx.clockOffsetMs;
    const until = new Date(today + 5 * DAY).toISOString().slice(0, 10);
    for (const member of ['A', 'B']) await loyalty.give(member, 'gold', until);
    await loyalty.end('B');
    expect([await loyalty.tierOf('A'), await loyalty.tierOf('B')]).toEqual(['gold', 'bronze']);
    await loyalty.buy('A', '200');
    expect(await loyalty.tierOf('A')).toBe('gold');
    expect(await loyalty.in(5).due()).toBe(0);
    expect(await loyalty.in(6).due()).toBe(1);
    expect(await loyalty.history('A')).toEqual(['null>bronze entered', 'bronze>gold overridden', 'gold>silver override_ended']);
    await expect(loyalty.end('B')).rejects.toThrow(/by hand/);
    await expect(loyalty.give('B', 'gold', '2020-01-01')).rejects.toMatchObject({ details: { errors: { until: expect.anything() } } });
    await expect(loyalty.give('B', 'platinum', until)).rejects.toMatchObject({ details: { errors: { tier: expect.anything() } } });
  });
});

it('a preview says who would be where', async () => {
  const loyalty = await openTiers();
  for (const [member, amount] of [
    ['A', '5'],
    ['B', '150'],
    ['C', '160'],
    ['D', '2000'],
  ] as const)
    await loyalty.buy(member, amount);
  expect(await loyalty.preview()).toEqual({
    members: 4,
    tiers: [
      { code: null, members: 0, members_now: 0 },
      { code: 'bronze', members: 1, members_now: 1 },
      { code: 'silver', members: 2, members_now: 2 },
      { code: 'gold', members: 1, members_now: 1 },
    ],
    up: 0,
    down: 0,
  });
  const tiers = [
    { code: 'bronze', rank: 0, threshold: '6' },
    { code: 'gold', rank: 2, threshold: '155' },
  ];
  expect(await loyalty.preview({ tiers })).toMatchObject({
    tiers: [
      { code: null, members: 1, members_now: 2 },
      { code: 'bronze', members: 1, members_now: 1 },
      { code: 'gold', members: 2, members_now: 1 },
    ],
    up: 2,
    down: 1,
  });
  expect(await loyalty.preview({ scheme: (known) => ({ ...known, basis: 'purchases' }) })).toMatchObject({ up: 0, down: 3 });
});

describe('what is earned on the way', () => {
  const purchase = (member: string, amount: string, reference: string) =>
    earnFact(member, 0, { reference, earned: { purchase: { amount, currency: 'USD' } } });
  const refundOf = (member: string, amount: string, originalReference: string): PointsFact => ({
    kind: 'refund',
    source,
    member: { reference: member },
    reference: `r-${originalReference}-${amount}`,
    originalReference,
    purchase: { amount, currency: 'USD' },
  });

  test('the very first posting earns by the tier that takes nothing to be in, also an opening balance counts', async () => {
    const open = await openFactors(['2', '3']);
    const [first] = await open.posted(purchase('ann', '10.00', 'a-1'));
    expect([first!.points, await open.tierOf('ann')]).toEqual([20, 't0']);
    await open.posted(earnFact('bo', 150));
    expect(await open.tierOf('bo')).toBe('t1');
    expect((await open.posted(purchase('bo', '10.00', 'b-1')))[0]!.points).toBe(30);
  });

  test.each(['points', 'spend', 'purchases'] as const)('by %s: a list earns what its facts earn one by one', async (basis) => {
    const facts = [
      purchase('ann', '60.00', '1'),
      purchase('ann', '50.00', '2'),
      purchase('bo', '250.00', '3'),
      purchase('ann', '10.00', '4'),
      refundOf('ann', '20.00', '2'),
      refundOf('bo', '250.00', '3'),
      purchase('bo', '10.00', '5'),
      refundOf('ann', '30.00', '2'),
      purchase('ann', '40.00', '6'),
      purchase('ann', '10.00', '7'),
      // A newcomer who buys their way up and gives all of it back (C3.11).
      ...['8', '9', '10'].flatMap((id) => [purchase('cy', '350.00', id), purchase('cy', '1.00', `${id}a`)]),
      ...['8', '9', '10'].flatMap((id) => [refundOf('cy', '350.00', id), refundOf('cy', '1.00', `${id}a`)]),
    ];
    const factors = basis === 'purchases' ? ['1', ...Array<string>(3).fill('2')] : ['1', '2', '5', '7'];
    const [list, alone] = [await openFactors(factors, basis), await openFactors(factors, basis)];
    if (basis === 'purchases')
      for (const { uow, ctx } of [list, alone])
        await uow.run(ctx, (tx) => tx.query('update tier set threshold = rank * 2 where tenant_id = $1', [ctx.tenantId]));
    for (const each of [list, alone]) await each.posted(earnFact('ann', 1), earnFact('bo', 1));
    const one: number[] = [];
    for (const fact of facts) one.push((await alone.posted(fact))[0]!.points);
    expect((await list.posted(...facts)).map(({ points }) => points)).toEqual(one);
    expect(new Set(one).size).toBeGreaterThan(3);
    for (const who of ['ann', 'bo', 'cy'])
      expect([await list.tierOf(who), await list.history(who)]).toEqual([await alone.tierOf(who), await alone.history(who)]);
    expect(await list.tierOf('cy')).not.toBe('t0');
  });
});
