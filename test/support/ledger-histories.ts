import fc from 'fast-check';

/** One thing to try; who and what are numbers, resolved against what has happened so far, so that any part of a history makes sense. */
export type Move =
  | {
      act: 'earn';
      who: number;
      amount: bigint;
      opens: number;
      lasts: number | null;
      slides: boolean;
      slide: number | null;
      named: boolean;
      bonus: { amount: bigint; lasts: number | null } | null;
    }
  | {
      act: 'redeem';
      who: number;
      amount: bigint;
      slide: number | null;
      fifo: boolean;
      named: boolean;
      split: { amount: bigint; cash: boolean } | null;
    }
  | { act: 'transfer'; who: number; to: number; amount: bigint; fifo: boolean; named: boolean }
  | { act: 'adjust'; who: number; legs: { from: number; to: number; amount: bigint; lasts?: number | null }[] }
  | { act: 'hold'; who: number; amount: bigint; fifo: boolean; lasts: number | null; named: boolean }
  | { act: 'capture'; which: number; amount: bigint | null; keepOpen: boolean; to: number; stranger: boolean; named: boolean }
  | { act: 'release'; which: number; due: boolean; grace: number | null; stranger: boolean; named: boolean }
  | {
      act: 'reverse';
      which: number;
      byReference: boolean;
      share: { part: bigint; whole?: bigint } | null;
      other: boolean;
      fifo: boolean;
      named: boolean;
      shortage: 'refuse' | 'take_available' | 'pending_only' | 'owe';
      grace: number | null;
      stage: 'pending' | 'completed' | null;
    }
  | { act: 'recall'; which: number; share: { part: bigint; whole?: bigint } | null }
  | { act: 'expire'; who: number; named: boolean }
  | { act: 'again'; which: number; changed: boolean };

/** Some hours pass, then a list of commands is sent. */
export interface Step {
  readonly hours: number;
  readonly moves: readonly Move[];
}

const who = fc.nat(5);
const amount = fc.oneof(
  { weight: 30, arbitrary: fc.bigInt(1n, 100n) },
  { weight: 1, arbitrary: fc.constantFrom(0n, -1n, 10n ** 12n, 10n ** 12n + 1n) },
);
const small = fc.bigInt(1n, 60n);
const lasts = fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 48 }));
const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
const slide = sometimes(fc.integer({ min: 1, max: 72 }));
const seldom = fc.integer({ min: 0, max: 19 }).map((n) => n === 19);
const [fifo, named] = [fc.boolean(), fc.boolean()];
const recent = fc.oneof({ weight: 3, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(30) });
/** Mostly members, the house accounts of their asset and whoever else there is. */
const place = fc.oneof(fc.nat(2), fc.nat(2), fc.integer({ min: 6, max: 8 }), fc.nat(14));
const grace = fc.oneof(fc.constant(null), fc.constantFrom(0, 1, 24));
const opens = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) });

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('earn' as const),
      who,
      amount,
      opens,
      lasts,
      slides: fc.boolean(),
      slide,
      named,
      bonus: sometimes(fc.record({ amount: small, lasts })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('redeem' as const),
      who,
      amount: small,
      slide,
      fifo,
      named,
      split: sometimes(fc.record({ amount: small, cash: fc.boolean() })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('transfer' as const), who, to: who, amount: small, fifo, named }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('adjust' as const),
      who,
      legs: fc.array(fc.record({ from: place, to: place, amount: small, lasts }, { requiredKeys: ['from', 'to', 'amount'] }), {
        maxLength: 4,
      }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('hold' as const), who, amount: small, fifo, lasts, named }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('capture' as const),
      which: recent,
      amount: fc.option(fc.bigInt(0n, 60n)),
      keepOpen: fc.boolean(),
      to: fc.nat(19),
      stranger: seldom,
      named,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('release' as const), which: recent, due: fc.boolean(), grace, stranger: seldom, named }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('reverse' as const),
      which: recent,
      byReference: fc.boolean(),
      other: seldom,
      fifo,
      named,
      share: fc.option(
        fc.oneof(
          fc.constantFrom(1n, 3n, 7n, 100n, 299n).chain((whole) => fc.bigInt(0n, whole).map((part) => ({ part, whole }))),
          fc.record({ part: fc.bigInt(0n, 60n) }),
        ),
        { freq: 3 },
      ),
      shortage: fc.constantFrom('take_available' as const, 'owe' as const, 'owe' as const, 'refuse' as const, 'pending_only' as const),
      grace,
      stage: sometimes(fc.constantFrom('pending' as const, 'completed' as const)),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('recall' as const),
      which: recent,
      share: fc.option(fc.constantFrom({ part: 1n, whole: 3n }, { part: 5n }), { freq: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('expire' as const), who, named }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('again' as const), which: recent, changed: seldom }) },
);

/** Histories of up to `steps` lists. */
export const histories = (steps: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      hours: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 })),
      moves: fc.oneof(
        { weight: 1, arbitrary: fc.tuple(move) },
        { weight: 2, arbitrary: fc.array(move, { minLength: 1, maxLength: 12, size: 'max' }) },
      ),
    }),
    { minLength: 1, maxLength: steps, size: 'max' },
  );
