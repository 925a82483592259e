import fc from 'fast-check';
import { liveThrough, type ModelFact } from '../../../../test/support/tier-model.js';
import { plusDays, plusMonths } from './local-day.js';
import { evaluateTier, overrideTier, type Evaluated, type FreshFact, type Standing, type TierTerms } from './tier.policy.js';
import { DOWNGRADES, TIER_PERIODS, type TierScheme } from './tier.js';

const START = '2023-11-20';
const days = (count: number): string => plusDays(START, count);
const noon = (day: string): Date => new Date(`${day}T12:00:00Z`);
const thresholdsOf = (terms: TierTerms): number[] => terms.steps.map(({ threshold }) => Number(threshold));

const someScheme: fc.Arbitrary<TierScheme> = fc
  .record({
    period: fc.constantFrom(...TIER_PERIODS),
    months: fc.integer({ min: 1, max: 13 }),
    validity: fc.option(fc.integer({ min: 1, max: 200 })),
    grace_days: fc.constantFrom(0, 0, 1, 2, 30),
    downgrade: fc.constantFrom(...DOWNGRADES),
  })
  .map(({ period, months, validity, grace_days, downgrade }) => ({
    basis: 'purchases',
    period,
    period_months: period === 'rolling_months' ? months : null,
    validity_days: downgrade === 'one_down' ? (validity ?? 45) : validity,
    grace_days,
    downgrade,
  }));
const someTerms: fc.Arbitrary<TierTerms> = fc.record({
  scheme: someScheme,
  programStart: fc.constantFrom('2020-02-29', '2022-12-31', '2023-06-15'),
  steps: fc
    .uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 })
    .map((levels) => levels.sort((a, b) => a - b).map((level, index) => ({ id: String(index), threshold: BigInt(level) }))),
});
/** A history of 400 days: purchases that are told of late or early, and refunds of some of them. */
const someHistory: fc.Arbitrary<ModelFact[]> = fc
  .array(
    fc.record({
      told: fc.integer({ min: 0, max: 400 }),
      late: fc.constantFrom(0, 0, 0, 1, 40, -3),
      amount: fc.integer({ min: 1, max: 4 }),
      refundAfter: fc.option(fc.integer({ min: 0, max: 60 })),
    }),
    { maxLength: 25 },
  )
  .map((purchases) =>
    purchases
      .flatMap(({ told, late, amount, refundAfter }) => {
        const purchase = { day: days(told - late), toldOn: days(told), amount };
        return refundAfter === null ? [purchase] : [purchase, { ...purchase, toldOn: days(told + refundAfter), amount: -amount }];
      })
      .sort((a, b) => (a.toldOn < b.toldOn ? -1 : a.toldOn > b.toldOn ? 1 : 0)),
  );

/** Evaluates on each of `stops`, as the worker and the postings would. */
function evaluate(terms: TierTerms, facts: readonly ModelFact[], stops: readonly string[]): { last: Evaluated; changes: string[] } {
  const changes: string[] = [];
  let seen = 0;
  let last = evaluateTier(terms, null, [], [], { today: START, now: noon(START) });
  for (const today of [START, ...stops]) {
    const until = facts.filter(({ toldOn }) => toldOn <= today).length;
    const fresh = facts.slice(seen, until).map(({ day, toldOn, amount }): FreshFact => ({
      day,
      amount: BigInt(amount),
      recordedOn: toldOn,
      at: noon(toldOn),
    }));
    const counted = facts.slice(0, seen).map(({ day, amount }) => ({ day, amount: BigInt(amount) }));
    for (const move of last.moves) changes.push(`${move.day} ${move.from ?? -1}>${move.to ?? -1}`);
    last = evaluateTier(terms, last.standing, counted, fresh, { today, now: noon(today) });
    seen = until;
  }
  for (const move of last.moves) changes.push(`${move.day} ${move.from ?? -1}>${move.to ?? -1}`);
  return { last, changes };
}

describe('the standing of a member', () => {
  it('is what living through every day comes to, whenever it is evaluated', () => {
    fc.assert(
      fc.property(someTerms, someHistory, fc.array(fc.integer({ min: 0, max: 460 }), { maxLength: 6 }), (terms, facts, pauses) => {
        const end = days(460);
        const stops = [...pauses.sort((a, b) => a - b).map(days), end];
        const { last, changes } = evaluate(terms, facts, stops);
        const model = liveThrough(
          { scheme: terms.scheme, thresholds: thresholdsOf(terms), programStart: terms.programStart },
          facts,
          START,
          end,
        );
        // A tier that is there for the asking is entered when the member is first looked at, which the model does not live through.
        const entered = changes.filter((change) => !change.startsWith(`${START} -1>`));
        if (thresholdsOf(terms)[0]! > 0) expect(entered).toEqual(model.changes.filter((change) => !change.startsWith(`${START} -1>`)));
        expect([last.standing.tierId ?? '-1', last.standing.graceUntil]).toEqual([String(model.tier), model.graceUntil]);
      }),
      { numRuns: 100 },
    );
  });

  it('is not changed by evaluating again, and says itself when to look the next time', () => {
    fc.assert(
      fc.property(someTerms, someHistory, fc.integer({ min: 0, max: 460 }), (terms, facts, on) => {
        const told = facts.filter(({ toldOn }) => toldOn <= days(on));
        const { last } = evaluate(terms, told, [days(on)]);
        const counted = told.map(({ day, amount }) => ({ day, amount: BigInt(amount) }));
        const again = (standing: Standing, today: string) => evaluateTier(terms, standing, counted, [], { today, now: noon(today) });
        expect(again(last.standing, days(on))).toEqual({ ...last, moves: [] });
        const quiet = last.reviewOn === null ? days(on + 900) : plusDays(last.reviewOn, -1);
        expect(again(last.standing, quiet).standing).toEqual({ ...last.standing, reviewedOn: quiet });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a tier given by hand', () => {
  const terms: TierTerms = {
    scheme: { basis: 'purchases', period: 'since_enrollment', period_months: null, validity_days: 30, grace_days: 5, downgrade: 'full' },
    programStart: START,
    steps: [1n, 10n, 20n].map((threshold, index) => ({ id: String(index), threshold })),
  };
  const now = { today: START, now: noon(START) };
  const bought = (amount: bigint): Evaluated => evaluateTier(terms, null, [{ day: START, amount }], [], now);

  it('holds through its last day against whatever is reached or lost, then the count alone decides', () => {
    const given = overrideTier(bought(1n), '1', days(10), now);
    expect(given).toMatchObject({ moves: [{ to: '0' }, { from: '0', to: '1', reason: 'overridden' }], reviewOn: days(11) });
    const later = (amount: bigint, day: number) =>
      evaluateTier(terms, given.standing, [{ day: START, amount }], [], { today: days(day), now: noon(days(day)) });
    expect(later(25n, 10)).toMatchObject({ standing: { tierId: '1', overrideUntil: days(10) }, moves: [] });
    expect(later(25n, 11)).toMatchObject({
      standing: { tierId: '2', overrideUntil: null },
      moves: [{ reason: 'override_ended', day: days(11) }],
    });
    expect(later(1n, 400)).toMatchObject({ standing: { tierId: '0', graceUntil: null }, moves: [{ to: '0', day: days(11) }] });
  });
});

test('months end where they end (C1.5)', () => {
  expect([plusMonths('2024-01-31', 1), plusMonths('2023-01-31', 1), plusMonths('2024-03-31', -13), plusMonths('2024-02-29', 12)]).toEqual([
    '2024-02-29',
    '2023-02-28',
    '2023-02-28',
    '2025-02-28',
  ]);
});
