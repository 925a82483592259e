import { newId } from '@tallystick/kernel';
import fc from 'fast-check';
import type { CardFact } from './card-fact.js';
import { Cashbook, type Taken } from './cashbook.js';
import { emptyWorld, type BookedOffer, type CashbookWorld } from './cashbook-world.js';

const NOW = new Date('2025-12-01T00:00:00Z');
const DETAILS = {
  ...{ descriptor: null, mcc: null, networkMerchantId: null, terminalId: null, zipcode: null },
  ...{ bin: null, last4: null, authorizationCode: null, metadata: null },
};

const offer = (given: Partial<BookedOffer> = {}, terms: Partial<BookedOffer['terms']> = {}): BookedOffer => ({
  id: 'offer',
  merchantId: 'shop',
  version: 1,
  active: true,
  startsAt: new Date(0),
  endsAt: null,
  requiresActivation: false,
  budget: null,
  spent: 0n,
  spentBefore: 0n,
  ...given,
  terms: {
    kind: 'recurring',
    currency: 'MXN',
    rateBps: 1_000,
    fixedAmount: null,
    rounding: 'half_up',
    minAmount: null,
    capPerTransaction: null,
    capPerPeriod: null,
    capPeriod: null,
    perUserLimit: null,
    fundedBy: { merchant: 5_000, institution: 3_000, platform: 2_000 },
    shares: { customer: 6_000, institution: 2_500, platform: 1_500 },
    ...terms,
  },
});

function worldOf(...offers: BookedOffer[]): CashbookWorld {
  const world = emptyWorld(NOW, 'Asia/Kolkata');
  for (const one of offers) {
    world.offers.set(one.id, one);
    world.offersOf.set(one.merchantId, [...(world.offersOf.get(one.merchantId) ?? []), one]);
  }
  return world;
}

interface Told {
  id: string;
  of?: string;
  member?: string;
  amount: number;
  at?: string;
  part?: number;
}

const common = ({ id, member = 'ana', amount, at = '2025-11-10T12:00:00Z' }: Told) => ({
  ...{ source: 'cards', reference: id, memberId: member, memberActive: true, currency: 'MXN', amount: BigInt(amount) },
  ...{
    occurredAt: new Date(at),
    details: DETAILS,
    settledAt: NOW,
    merchant: { status: 'matched', merchantId: 'shop', by: 'identifier' } as const,
  },
});
const authorization = (told: Told): CardFact => ({ ...common(told), kind: 'authorization' });
const clearing = (told: Told): CardFact => ({
  ...common(told),
  kind: 'clearing',
  part: told.part ?? 1,
  originalReference: told.of ?? null,
});
const refund = (told: Told): CardFact => ({ ...common(told), kind: 'refund', stage: 'settled', originalReference: told.of! });
const reversal = (told: Told): CardFact => ({ ...common(told), kind: 'reversal', stage: 'approved', originalReference: told.of! });

const cashbackOf = (taken: Taken): bigint => taken.transaction!.standing.cashback;
/** What a refusal says. */
const saying = (taken: Taken): string | null => (taken.transaction ? taken.transaction.reason : taken.reason);
/** Everything that the moves of a book give the customers, and what they cost. */
const movedBy = (book: Cashbook): bigint => book.moves.reduce((sum, { change }) => sum + change.cashback, 0n);

/** What stands of all purchases, whatever their ids of ours. */
const outcome = (world: CashbookWorld): unknown =>
  [...world.transactions]
    .filter(([, { type }]) => type === 'purchase')
    .map(([key, { verdict, reason, cleared, refunded, rewardState, measured, standing }]) => ({
      ...{ key, verdict, reason, cleared, refunded, rewardState, measured, standing },
    }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));

describe('choosing an offer', () => {
  test('takes the highest cashback, then one for first purchases, then the smaller id; says what came furthest', () => {
    const first = offer({ id: 'c' }, { kind: 'first_time', rateBps: 1_000 });
    const world = worldOf(offer({ id: 'a' }), offer({ id: 'b' }), first, offer({ id: 'd', active: false }, { rateBps: 9_000 }));
    const book = new Cashbook(world, newId);
    const chosen = ['1', '2', '3'].map((id) => book.take(clearing({ id, amount: 100 })).transaction!.offerId);
    expect(chosen).toEqual(['c', 'a', 'a']);
    const poor = worldOf(
      offer({ id: 'a' }, { minAmount: 500n }),
      offer({ id: 'b' }, { currency: 'USD' }),
      offer({ id: 'd', endsAt: new Date(1) }),
    );
    expect(saying(new Cashbook(poor, newId).take(clearing({ id: '1', amount: 100 })))).toBe('below_minimum');
  });

  test('a first purchase that was refunded whole makes the next one first again, once (C3.11)', () => {
    const book = new Cashbook(worldOf(offer({}, { kind: 'first_time' })), newId);
    const bought = (id: string) => cashbackOf(book.take(clearing({ id, amount: 100 })));
    const returned = (id: string) => book.take(refund({ id: `r${id}`, of: id, amount: 100 }));
    expect([bought('1'), bought('2')]).toEqual([10n, 0n]);
    returned('1');
    expect(bought('3')).toBe(10n);
    returned('3');
    expect(bought('4')).toBe(0n);
  });

  test('asks for activation before the purchase', () => {
    const world = worldOf(offer({ requiresActivation: true }));
    world.activations.set('offer ana', new Date('2025-11-10T00:00:00Z'));
    const book = new Cashbook(world, newId);
    expect(saying(book.take(clearing({ id: '1', amount: 100, at: '2025-11-09T23:00:00Z' })))).toBe('not_activated');
    expect(saying(book.take(clearing({ id: '2', amount: 100, member: 'bo' })))).toBe('not_activated');
    expect(cashbackOf(book.take(clearing({ id: '3', amount: 100 })))).toBe(10n);
  });
});

describe('caps, limits and budgets', () => {
  test('a cap counts by the day of the purchase in the zone, and a refund frees that day (C2.7)', () => {
    const book = new Cashbook(worldOf(offer({}, { capPeriod: 'day', capPerPeriod: 15n })), newId);
    const bought = (id: string, at: string) => cashbackOf(book.take(clearing({ id, amount: 100, at })));
    expect(bought('1', '2025-11-10T18:00:00Z')).toBe(10n);
    expect(bought('2', '2025-11-10T18:29:59Z')).toBe(5n);
    expect(bought('3', '2025-11-10T18:30:00Z')).toBe(10n);
    expect(saying(book.take(clearing({ id: '4', amount: 100, at: '2025-11-10T10:00:00Z' })))).toBe('cap_reached');
    book.take(refund({ id: 'r', of: '1', amount: 100 }));
    expect(bought('5', '2025-11-10T11:00:00Z')).toBe(10n);
    expect(bought('6', '2025-11-10T19:00:00Z')).toBe(5n);
  });

  test('a refund takes its part of a capped reward, and never measures it anew', () => {
    const book = new Cashbook(worldOf(offer({}, { capPeriod: 'month', capPerPeriod: 5n })), newId);
    const { transaction } = book.take(clearing({ id: '1', amount: 100 }));
    book.take(refund({ id: 'r', of: '1', amount: 60 }));
    expect([transaction!.measured, transaction!.standing.cashback]).toEqual([5n, 2n]);
  });

  test('the budget counts the charge and cuts the cashback to what it still pays', () => {
    const world = worldOf(offer({ budget: 40n }));
    const book = new Cashbook(world, newId);
    expect(cashbackOf(book.take(clearing({ id: '1', amount: 150 })))).toBe(15n);
    const cut = book.take(clearing({ id: '2', amount: 150, member: 'bo' })).transaction!;
    expect([cut.standing.cashback, cut.standing.charge]).toEqual([9n, 15n]);
    expect(saying(book.take(clearing({ id: '3', amount: 150 })))).toBe('budget_exhausted');
    book.take(refund({ id: 'r', of: '1', amount: 150 }));
    expect(world.offers.get('offer')!.spent).toBe(15n);
  });

  test('rewards of a customer are limited; one that is taken back whole counts no more', () => {
    const book = new Cashbook(worldOf(offer({}, { perUserLimit: 1 })), newId);
    expect(cashbackOf(book.take(authorization({ id: '1', amount: 100 })))).toBe(10n);
    expect(saying(book.take(clearing({ id: '2', amount: 100 })))).toBe('user_limit_reached');
    book.take(reversal({ id: 'v', of: '1', amount: 100 }));
    expect(cashbackOf(book.take(clearing({ id: '3', amount: 100 })))).toBe(10n);
  });
});

describe('a purchase in its parts', () => {
  test('keeps its terms when it clears after they changed, and moves money only then', () => {
    const world = worldOf(offer());
    const { transaction } = new Cashbook(world, newId).take(authorization({ id: '1', amount: 100 }));
    world.formerTerms.set('offer 1', world.offers.get('offer')!.terms);
    world.offers.set('offer', offer({ version: 2, spent: 17n, spentBefore: 17n, active: false }, { rateBps: 100 }));
    const book = new Cashbook(world, newId);
    book.take(clearing({ id: '1', amount: 40, part: 1 }));
    book.take(clearing({ id: 'x', of: '1', amount: 80 }));
    expect([transaction!.standing.cashback, transaction!.offerVersion, movedBy(book)]).toEqual([12n, 1, 12n]);
    expect(book.moves.map(({ kind, change }) => [kind, change.cashback])).toEqual([
      ['reward', 4n],
      ['reward', 8n],
    ]);
  });

  test('what it authorizes, clears and refunds is known by its id: repeats are duplicates, others are refused', () => {
    const book = new Cashbook(worldOf(offer()), newId);
    const facts = [
      authorization({ id: '1', amount: 100 }),
      clearing({ id: '1', amount: 100 }),
      refund({ id: 'r', of: '1', amount: 40 }),
      reversal({ id: 'v', of: '1', amount: 10 }),
    ];
    const [first, again] = [0, 1].map(() => facts.map((fact) => book.take(fact)));
    expect(first!.map((taken) => 'duplicate' in taken && taken.duplicate)).toEqual([false, false, false, false]);
    expect(again!.map((taken) => 'duplicate' in taken && taken.duplicate)).toEqual([true, true, true, true]);
    expect(saying(first![3]!)).toBe('already_cleared');
    const others = [
      authorization({ id: '1', amount: 101 }),
      clearing({ id: '1', amount: 99 }),
      clearing({ id: '1', amount: 10, part: 2, member: 'bo' }),
      refund({ id: 'r', of: '1', amount: 41 }),
      refund({ id: 's', of: '1', amount: 61 }),
      refund({ id: 't', of: '1', amount: 1, member: 'bo' }),
    ];
    expect(others.map((fact) => saying(book.take(fact)))).toEqual([
      'id_reused',
      'id_reused',
      'id_reused',
      'id_reused',
      'refund_exceeds_purchase',
      'other_member',
    ]);
    expect(movedBy(book)).toBe(6n);
  });

  test('facts in any order, told any number of times, come to the same (C11.3, C11.4)', () => {
    const histories = fc.array(
      fc.record({
        authorized: fc.boolean(),
        parts: fc.array(fc.integer({ min: 100, max: 9_999 }), { minLength: 1, maxLength: 3 }),
        back: fc.nat(100),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), (purchases, dice) => {
        const facts = purchases.flatMap(({ authorized, parts, back }, n) => {
          const whole = parts.reduce((a, b) => a + b);
          const half = Math.floor((whole * back) / 200);
          return [
            ...(authorized ? [authorization({ id: `${n}`, amount: whole + 7 })] : []),
            ...parts.map((amount, part) => clearing({ id: `${n}`, amount, part: part + 1 })),
            ...(half > 0 ? [refund({ id: `r${n}`, of: `${n}`, amount: half }), refund({ id: `s${n}`, of: `${n}`, amount: half })] : []),
          ];
        });
        const run = (order: readonly CardFact[]): { world: CashbookWorld; book: Cashbook } => {
          const world = worldOf(offer());
          const book = new Cashbook(world, newId);
          for (const fact of order) book.take(fact);
          return { world, book };
        };
        // Refunds come last or before everything; only then are they never more than what has cleared by their turn.
        const told = facts.filter(({ kind }) => kind !== 'refund');
        const refunds = facts.filter(({ kind }) => kind === 'refund');
        const shuffled = told.map((fact) => ({ fact, at: dice.next().value as number })).sort((a, b) => a.at - b.at || 0);
        const straight = run([...told, ...refunds]);
        const mixed = run([...shuffled.map(({ fact }) => fact), ...told, ...refunds, ...refunds]);
        expect(outcome(mixed.world)).toEqual(outcome(straight.world));
        expect(movedBy(mixed.book)).toBe(movedBy(straight.book));
        expect(mixed.world.offers.get('offer')!.spent).toBe(straight.world.offers.get('offer')!.spent);
        const standing = [...straight.world.byId.values()].filter(({ type }) => type === 'purchase');
        expect(movedBy(straight.book)).toBe(standing.reduce((sum, one) => sum + one.standing.cashback, 0n));
      }),
      { numRuns: 200 },
    );
  });

  test('a refund before its purchase waits for it, and one too many is then refused (C3.7, C3.9)', () => {
    const world = worldOf(offer());
    const book = new Cashbook(world, newId);
    const [one, two] = [refund({ id: 'r', of: '1', amount: 60 }), refund({ id: 's', of: '1', amount: 60 })].map((fact) => book.take(fact));
    expect([one, two].map((taken) => taken!.transaction!.verdict)).toEqual(['pending_match', 'pending_match']);
    expect(cashbackOf(book.take(clearing({ id: '1', amount: 100 })))).toBe(4n);
    expect([one, two].map((taken) => [taken!.transaction!.verdict, taken!.transaction!.reason])).toEqual([
      ['rewarded', 'refunded'],
      ['rejected', 'refund_exceeds_purchase'],
    ]);
    expect(movedBy(book)).toBe(4n);
  });

  test('whatever happens, caps and budgets hold and go back to nothing when all is refunded', () => {
    const actions = fc.array(
      fc.record({
        purchase: fc.nat(5),
        kind: fc.constantFrom('authorize', 'clear', 'refund', 'void'),
        amount: fc.integer({ min: 1, max: 900 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(actions, (list) => {
        const world = worldOf(offer({ budget: 200n }, { capPeriod: 'week', capPerPeriod: 60n, perUserLimit: 3, minAmount: 50n }));
        const book = new Cashbook(world, newId);
        const told = { authorize: authorization, clear: clearing, refund, void: reversal };
        list.forEach(({ purchase, kind, amount }, n) => {
          const name = `p${purchase}`;
          const own = kind === 'refund' || kind === 'void';
          book.take(
            told[kind]({ id: own ? `x${n}` : name, of: own ? name : undefined, amount, part: n + 1, member: purchase % 2 ? 'ana' : 'bo' }),
          );
          expect(world.offers.get('offer')!.spent <= 200n).toBe(true);
          for (const { period, cashback, rewards } of world.counters.values())
            expect(cashback >= 0n && rewards >= 0 && (period === 'ever' ? rewards <= 3 : cashback <= 60n)).toBe(true);
        });
        for (const { type, reference, memberId, cleared, refunded, amount, reversed } of [...world.transactions.values()]) {
          if (type !== 'purchase') continue;
          const [left, end] = cleared > 0n ? [cleared - refunded, refund] : [amount - reversed, reversal];
          if (left > 0n) book.take(end({ id: `end${reference}`, of: reference, amount: Number(left), member: memberId }));
        }
        expect(world.offers.get('offer')!.spent).toBe(0n);
        expect(movedBy(book)).toBe(0n);
        expect([...world.counters.values()].every(({ cashback, rewards }) => cashback === 0n && rewards === 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
