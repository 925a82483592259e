import { FindSegments, RefreshSegment, SaveSegment, SaveTier, SaveTierScheme, type Condition, type Leaf } from '@tallystick/loyalty';
import type { UnitOfWork } from '@tallystick/platform';
import fc from 'fast-check';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { earnFact, loyaltyFixture, redeemFact, type LoyaltyFixture } from '../../../../test/support/loyalty.js';

const DAY = 86_400_000;
const source = { channel: 'test', requestId: 'test-request' };

/** A member as the independent filter knows them; what they did by how many days ago. */
interface Person {
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly attributes: { city?: string; visits?: number; joined?: string };
  readonly purchases: readonly { ago: number; cents: number; refunded: 'no' | 'part' | 'all' }[];
  readonly redeemed: number;
}

const PEOPLE: readonly Person[] = [
  { name: 'P1', status: 'active', attributes: { city: 'Pune', visits: 3 }, purchases: [], redeemed: 0 },
  {
    name: 'P2',
    status: 'active',
    attributes: { city: 'Pune', visits: 10, joined: '2025-05-05' },
    purchases: [{ ago: 0, cents: 12_000, refunded: 'no' }],
    redeemed: 30,
  },
  {
    name: 'P3',
    status: 'suspended',
    attributes: { city: 'Delhi' },
    purchases: [
      { ago: 3, cents: 5_050, refunded: 'part' },
      { ago: 40, cents: 90_000, refunded: 'no' },
    ],
    redeemed: 100,
  },
  {
    name: 'P4',
    status: 'active',
    attributes: { visits: -1, joined: '2026-01-31' },
    purchases: [{ ago: 9, cents: 100_000, refunded: 'all' }],
    redeemed: 0,
  },
  {
    name: 'P5',
    status: 'active',
    attributes: { city: 'New "Town"' },
    purchases: [
      { ago: 10, cents: 1, refunded: 'no' },
      { ago: 30, cents: 100, refunded: 'all' },
    ],
    redeemed: 0,
  },
  {
    name: 'P6',
    status: 'active',
    attributes: {},
    purchases: [
      { ago: 29, cents: 250_000, refunded: 'no' },
      { ago: 2, cents: 0, refunded: 'no' },
    ],
    redeemed: 2_000,
  },
];
const refundOf = (cents: number): number => Math.floor(cents / 2);
const pointsOf = (cents: number): number => Math.floor(cents / 100);

/** The independent filter: what a condition says of a person, the plain way. */
function holds(condition: Condition, person: Person): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, person));
  if ('any' in condition) return condition.any.some((part) => holds(part, person));
  if ('not' in condition) return !holds(condition.not, person);
  const value = valueOf(condition, person);
  const { op, value: than } = condition as { op: string; value: unknown };
  if (op === 'is_set') return (value !== undefined) === than;
  if (op === 'in' || op === 'not_in') return (than as unknown[]).includes(value) === (op === 'in');
  const wanted = typeof value === 'number' ? Number(than) : than;
  const comparable = value !== undefined && (typeof value === 'number') === (typeof than === 'number' || typeof value === 'number');
  if (op === 'eq' || op === 'ne') return (comparable && value === wanted) === (op === 'eq');
  if (!comparable || (condition.field === 'attribute' && typeof value !== typeof than)) return false;
  const [a, b] = [value, wanted as typeof value];
  return op === 'gt' ? a > b! : op === 'gte' ? a >= b! : op === 'lt' ? a < b! : a <= b!;
}

function valueOf(leaf: Leaf, person: Person): string | number | undefined {
  const kept = person.purchases.filter(({ refunded }) => refunded !== 'all');
  const net = ({ cents, refunded }: Person['purchases'][number]): number => (refunded === 'part' ? cents - refundOf(cents) : cents);
  const earned = ({ cents, refunded }: Person['purchases'][number]): number =>
    refunded === 'part' ? pointsOf(cents) - Math.floor((2 * pointsOf(cents) * refundOf(cents) + cents) / (2 * cents)) : pointsOf(cents);
  const sum = (list: Person['purchases'], of: (one: Person['purchases'][number]) => number): number =>
    list.reduce((total, one) => total + of(one), 0);
  switch (leaf.field) {
    case 'status':
      return person.status;
    case 'attribute':
      return person.attributes[leaf.code as 'city'];
    case 'tier':
      return sum(kept, earned) >= 1_000 ? 'gold' : sum(person.purchases, ({ cents }) => pointsOf(cents)) >= 1_000 ? 'gold' : undefined;
    case 'balance':
      return sum(kept, earned) - person.redeemed;
    case 'days_since_last_purchase':
      return kept.length === 0 ? undefined : Math.min(...kept.map(({ ago }) => ago));
    case 'spend':
      return (
        sum(
          kept.filter(({ ago }) => ago < leaf.days),
          net,
        ) / 100
      );
    case 'purchases':
      return kept.filter(({ ago }) => ago < leaf.days).length;
    case 'points_earned':
      return sum(
        kept.filter(({ ago }) => ago < leaf.days),
        earned,
      );
    case 'points_redeemed':
      return person.redeemed;
    case 'enrolled_on':
      return new Date().toISOString().slice(0, 10);
  }
}

const comparison = fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte');
const membership = fc.constantFrom('in', 'not_in');
const some = <T>(...values: T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const days = fc.constantFrom(1, 3, 4, 10, 30, 31, 365);
const leaf = fc.oneof(
  fc.record({ field: fc.constant('status'), op: fc.constantFrom('eq', 'ne'), value: fc.constantFrom('active', 'suspended') }),
  fc.record({ field: fc.constant('status'), op: membership, value: some('active', 'suspended', 'closed') }),
  fc.record({
    field: fc.constant('attribute'),
    code: fc.constant('city'),
    op: fc.constantFrom('eq', 'ne'),
    value: fc.constantFrom('Pune', 'New "Town"', "'"),
  }),
  fc.record({ field: fc.constant('attribute'), code: fc.constant('city'), op: membership, value: some('Pune', 'Delhi') }),
  fc.record({ field: fc.constant('attribute'), code: fc.constant('visits'), op: comparison, value: fc.constantFrom(-1, 3, 4.5, 10) }),
  fc.record({
    field: fc.constant('attribute'),
    code: fc.constant('joined'),
    op: comparison,
    value: fc.constantFrom('2025-05-05', '2025-12-31'),
  }),
  fc.record({ field: fc.constant('attribute'), code: fc.constantFrom('city', 'visits'), op: fc.constant('is_set'), value: fc.boolean() }),
  fc.record({ field: fc.constant('tier'), op: fc.constant('is_set'), value: fc.boolean() }),
  fc.record({ field: fc.constant('tier'), op: membership, value: some('gold', 'silver') }),
  fc.record({ field: fc.constant('balance'), op: comparison, value: fc.constantFrom(0, 25, '90', 500) }),
  fc.record({ field: fc.constant('days_since_last_purchase'), op: comparison, value: fc.constantFrom(0, 2, 10, 29) }),
  fc.record({ field: fc.constant('days_since_last_purchase'), op: fc.constant('is_set'), value: fc.boolean() }),
  fc.record({ field: fc.constant('spend'), days, op: comparison, value: fc.constantFrom('0', '0.01', '25.25', '120', 2_500) }),
  fc.record({ field: fc.constant('purchases'), days, op: comparison, value: fc.constantFrom(0, 1, 2) }),
  fc.record({ field: fc.constant('points_earned'), days, op: comparison, value: fc.constantFrom(0, 25, 120, '1000') }),
  fc.record({ field: fc.constant('points_redeemed'), days, op: comparison, value: fc.constantFrom(0, 30, 100, '2000') }),
) as fc.Arbitrary<Leaf>;
const condition = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 3 },
    leaf as fc.Arbitrary<Condition>,
    fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
})).tree;

let database: TestDatabase;
let app: { uow: UnitOfWork; close(): Promise<void> };
let loyalty: LoyaltyFixture;
const find = new FindSegments();
const save = new SaveSegment();
const refresh = new RefreshSegment();

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl);
  // At the tenant's noon: no day ends while the test runs.
  const noon = Math.ceil(Date.now() / DAY) * DAY + DAY / 2;
  loyalty = (await loyaltyFixture(app.uow, database.ownerUrl)).ahead(noon - Date.now());
  const { uow, ctx, program } = loyalty;
  await uow.run(ctx, async (tx) => {
    await new SaveTierScheme().execute(tx, program.id, (known) => ({ ...known, period: 'since_enrollment' }));
    await new SaveTier().create(tx, program.id, { code: 'gold', name: 'Gold', rank: 1, threshold: '1000', earnMultiplier: '1' });
    for (const code of ['city', 'visits', 'joined'])
      await tx.query(
        `insert into attribute_definition (tenant_id, code, name, data_type, is_unique, is_mandatory, is_personal, file_key)
         values ($1, $2, $2, 'string', false, false, false, $2)`,
        [ctx.tenantId, code],
      );
  });
  const first = PEOPLE.map(({ name }) => earnFact(name, 1, { reference: `${name}-first` }));
  await loyalty.posted(...first);
  for (const { name, purchases, redeemed, status, attributes } of PEOPLE) {
    for (const [index, { ago, cents, refunded }] of purchases.entries()) {
      const reference = `${name}-${index}`;
      const purchase = { amount: (cents / 100).toFixed(2), currency: 'USD' };
      await loyalty.posted(earnFact(name, 1, { earned: { purchase }, reference, occurredAt: new Date(noon - DAY / 4 - ago * DAY) }));
      const back = refunded === 'all' ? cents : refundOf(cents);
      if (refunded !== 'no')
        await loyalty.posted({
          kind: 'refund',
          source,
          member: { reference: name },
          reference: `${reference}-r`,
          originalReference: reference,
          purchase: { ...purchase, amount: (back / 100).toFixed(2) },
        });
    }
    if (redeemed > 0) await loyalty.posted(redeemFact(name, redeemed));
    await uow.run(ctx, (tx) =>
      tx.query('update member set status = $3, attributes = $4 where tenant_id = $1 and reference = $2', [
        ctx.tenantId,
        name,
        status,
        JSON.stringify(attributes),
      ]),
    );
  }
  // The enrolling earning of a point each: taken back, so that the filter need not know of it.
  const rows = await uow.read(ctx, (tx) => tx.query<{ id: string }>(`select id from ledger_transaction where reference like '%-first'`));
  await loyalty.posted(...rows.map(({ id }) => ({ kind: 'reverse' as const, source, transactionId: id })));
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

const wanted = (given: Condition): string[] => PEOPLE.filter((person) => holds(given, person)).map(({ name }) => name);
const previewed = async (given: Condition): Promise<string[]> => {
  const { members, sample } = await loyalty.uow.read(loyalty.ctx, (tx) => find.preview(tx, given));
  expect(members).toBe(sample.length);
  return sample.map(({ reference }) => reference).sort();
};

it('a condition finds whom an independent filter finds', async () => {
  await fc.assert(
    fc.asyncProperty(condition, async (given) => {
      expect(await previewed(given)).toEqual(wanted(given));
    }),
    { numRuns: 250 },
  );
});

it('by the tenant clock, what was done moves out of the last days', async () => {
  const recent: Condition = { field: 'purchases', days: 30, op: 'gte', value: 1 };
  const ahead = loyalty.ahead(5 * DAY);
  const { sample } = await loyalty.uow.read(ahead.ctx, (tx) => find.preview(tx, recent));
  expect(sample.map(({ reference }) => reference).sort()).toEqual(['P2', 'P3', 'P5', 'P6']);
  const later = await loyalty.uow.read(loyalty.ahead(29 * DAY).ctx, (tx) => find.preview(tx, recent));
  expect(later.sample.map(({ reference }) => reference)).toEqual(['P2']);
});

it('lets in and out only who has changed, some at a time, and tells of each', async () => {
  const { uow, ctx } = loyalty;
  const segment = await uow.run(ctx, (tx) =>
    save.create(tx, {
      code: 'active',
      name: 'Active',
      description: null,
      definition: { field: 'status', op: 'eq', value: 'active' },
    }),
  );
  const run = (limit?: number) => uow.run(ctx, (tx) => refresh.execute(tx, segment.id, limit));
  expect([await run(3), await run(3), await run(3), await run()]).toEqual([3, 2, 0, 0]);
  const members = await uow.read(ctx, (tx) => find.members(tx, segment.id, { limit: 10 }));
  expect(members.map(({ reference }) => reference).sort()).toEqual(['P1', 'P2', 'P4', 'P5', 'P6']);
  await uow.run(ctx, (tx) =>
    save.update(tx, segment.id, { definition: { field: 'attribute', code: 'city', op: 'in', value: ['Pune', 'Delhi'] } }),
  );
  expect(await run()).toBe(4);
  expect(await uow.read(ctx, (tx) => find.byId(tx, segment.id))).toMatchObject({ members: 3, computedAt: expect.any(Date) });
  const told = await uow.read(ctx, (tx) =>
    tx.query<{ name: string; count: string }>(`select name, count(*) from event where name like 'member.segment%' group by 1 order by 1`),
  );
  expect(told).toEqual([
    { name: 'member.segment_entered', count: '6' },
    { name: 'member.segment_left', count: '3' },
  ]);
  await uow.run(ctx, (tx) => save.remove(tx, segment.id));
  expect(await run()).toBe(0);
});
