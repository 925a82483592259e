import { newId } from '@tallystick/kernel';
import type { Leg, LotTerms, Verdict } from '@tallystick/ledger';
import { LedgerBook } from '../../../test/support/ledger-book.js';
import { DAY, graceOf } from '../../../test/support/ledger-commands.js';

let book: LedgerBook;
let member: string;
beforeEach(() => {
  book = new LedgerBook();
  member = book.account();
});
afterEach(() => book.audit());

const until = (expires: string | null, available = '2026-01-01'): LotTerms => ({
  earnedAt: new Date('2026-01-01'),
  availableAt: new Date(available),
  expiresAt: expires === null ? null : new Date(expires),
});
const earn = (amount: bigint, expires: string | null = null, available?: string): string =>
  book.posted(book.make.earn(member, amount, until(expires, available))).transaction.id;
const redeem = (amount: bigint): string => book.posted(book.make.redeem(member, amount)).transaction.id;
const reverse = (id: string, rest: Parameters<typeof book.make.reverse>[2] = {}) => book.make.reverse(member, id, rest);
const reversed = (id: string, rest: Parameters<typeof book.make.reverse>[2] = {}): bigint =>
  book.posted(reverse(id, rest)).transaction.amount;
const reasons = (verdicts: Verdict[]): string[] =>
  verdicts.map((verdict) => (verdict.outcome === 'refused' ? verdict.reason : verdict.outcome));

describe('reversing a redemption (C.2)', () => {
  test('puts back into the same lots with their own dates (C2.1)', () => {
    for (const expires of ['2026-04-01', '2026-05-01', null]) earn(50n, expires);
    const before = structuredClone(book.lots(member));
    const spent = redeem(120n);
    const { transaction } = book.posted(reverse(spent));
    expect(book.lots(member)).toEqual(before);
    expect(transaction).toMatchObject({
      kind: 'reversal',
      amount: 120n,
      refId: spent,
      once: 'reversal',
      part: 120n,
      whole: 120n,
      due: 120n,
      balanceAfter: 150n,
    });
    expect(transaction.legs).toMatchObject([{ from: book.redeemed, to: member, amount: 120n }]);
  });

  test('a part goes into the lots that were used last (C2.1)', () => {
    for (const expires of ['2026-04-01', '2026-05-01', null]) earn(50n, expires);
    const spent = redeem(120n);
    const part = (points: bigint) => reversed(spent, { share: { part: points } });
    expect([part(30n), book.left(member)]).toEqual([30n, [0n, 10n, 50n]]);
    expect([part(70n), book.left(member)]).toEqual([70n, [30n, 50n, 50n]]);
    expect([reversed(spent), book.left(member)]).toEqual([20n, [50n, 50n, 50n]]);
  });

  test('parts never exceed the whole, and the last one closes it (C2.4)', () => {
    earn(100n);
    const spent = redeem(60n);
    const part = (points: bigint) => reverse(spent, { share: { part: points } });
    expect(book.post(part(0n), part(-1n), part(61n), part(45n), part(16n), part(15n), part(1n))).toMatchObject([
      ...Array(3).fill({ reason: 'outside_limits', limit: 60n }),
      { transaction: { once: null } },
      { reason: 'outside_limits', limit: 15n },
      { transaction: { once: 'reversal' } },
      { reason: 'already_reversed' },
    ]);
  });

  test('lots lapsed meanwhile come back as one lot each, with grace from now, linked to the old (C2.2)', () => {
    earn(50n, '2026-03-15');
    earn(50n, '2026-03-20');
    earn(50n, '2026-04-20');
    const spent = redeem(150n);
    book.at('2026-04-01').posted(reverse(spent, { lapsed: graceOf(7 * DAY) }));
    const [first, second] = book.lots(member);
    expect(book.lots(member).slice(2)).toMatchObject([
      { remaining: 50n, ...until('2026-04-20') },
      { remaining: 50n, parentId: second?.id, availableAt: book.now, expiresAt: new Date('2026-04-08') },
      { remaining: 50n, parentId: first?.id, availableAt: book.now, expiresAt: new Date('2026-04-08') },
    ]);
  });

  test('parts across the expiry: what was restored before is not restored again (C2.1, C2.2)', () => {
    earn(100n, '2026-04-01');
    const spent = redeem(100n);
    const part = (points: bigint) => reversed(spent, { share: { part: points } });
    part(30n);
    book.at('2026-04-02');
    part(30n);
    expect(book.lots(member)).toMatchObject([{ remaining: 30n }, { original: 30n, remaining: 30n }]);
    reversed(spent);
    expect(book.lots(member)).toMatchObject([{ remaining: 30n }, { remaining: 30n }, { original: 40n, remaining: 40n }]);
  });

  test('a grace lot that is spent and reversed after its time gets a grace of its own', () => {
    earn(10n, '2026-03-02');
    const first = redeem(10n);
    book.at('2026-03-03').posted(reverse(first, { lapsed: graceOf(DAY) }));
    const second = redeem(10n);
    book.at('2026-03-10').posted(reverse(second, { lapsed: graceOf(DAY) }));
    const [, grace, again] = book.lots(member);
    expect(again).toMatchObject({ parentId: grace?.id, earnedAt: grace?.earnedAt, expiresAt: new Date('2026-03-11'), remaining: 10n });
  });

  test('restore_and_expire takes back to breakage only what had lapsed; no grace at all is the same (C2.2)', () => {
    const none = [0, -DAY, 0.9].map(graceOf);
    for (const lapsed of [{ policy: 'expire' } as const, ...none]) {
      book.at('2026-03-01');
      earn(50n, '2026-04-01');
      earn(50n, '2026-05-01');
      const spent = redeem(100n);
      const { transaction, expired } = book.at('2026-04-15').posted(reverse(spent, { lapsed }));
      expect([transaction.amount, expired?.amount, redeem(50n)]).toEqual([100n, -50n, expect.any(String)]);
    }
    expect(book.left(member)).toEqual(Array(8).fill(0n));
  });

  test('with grace nothing is swept along, and where nothing lapsed nothing expires', () => {
    earn(50n, '2026-04-01');
    const spent = redeem(20n);
    expect(book.posted(reverse(spent, { share: { part: 5n }, lapsed: { policy: 'expire' } })).expired).toBeUndefined();
    expect(book.at('2026-04-02').posted(reverse(spent)).expired).toBeUndefined();
  });

  test('a capture is reversed like a redemption, each of several for itself', () => {
    earn(100n, '2026-04-01');
    const hold = book.posted(book.make.hold(member, 60n)).transaction.id;
    const capture = (amount: bigint, keepOpen: boolean) =>
      book.posted(book.make.capture(member, hold, { amount, keepOpen })).transaction.id;
    const [first, second] = [capture(20n, true), capture(30n, false)];
    expect([reversed(first), book.left(member)]).toEqual([20n, [70n]]);
    book.at('2026-04-02').posted(reverse(second));
    expect(book.left(member)).toEqual([70n, 30n]);
    expect(reasons(book.post(reverse(first), reverse(second)))).toEqual(['already_reversed', 'already_reversed']);
  });
});

describe('taking back an earning (C.3)', () => {
  test('from the lot the purchase made, then from the others in debit order (C3.2)', () => {
    earn(40n, '2026-06-01');
    const target = earn(100n, '2026-12-01');
    earn(40n, '2026-05-01');
    redeem(90n); // 40 of May, 40 of June, 10 of the target's
    earn(5n, '2026-07-01');
    earn(20n, '2026-06-15');
    expect(reversed(target)).toBe(-100n);
    expect(book.left(member)).toEqual([0n, 0n, 0n, 5n, 10n]);
  });

  test('in the order of the program (C3.2)', () => {
    book.posted(book.make.earn(member, 10n, { ...until(null), earnedAt: new Date('2025-01-01') }));
    const target = earn(10n, '2026-04-01');
    redeem(10n);
    earn(10n, '2026-05-01');
    expect(reversed(target, { debitOrder: 'fifo' })).toBe(-10n);
    expect(book.left(member)).toEqual([0n, 0n, 10n]);
  });

  test('within the balance by default: what is not there is not taken, and not asked for again (C3.3)', () => {
    const target = earn(100n);
    redeem(70n);
    const { transaction } = book.posted(reverse(target));
    expect(transaction).toMatchObject({ amount: -30n, due: 100n, once: 'reversal' });
    earn(100n);
    expect(reasons(book.post(reverse(target)))).toEqual(['already_reversed']);
  });

  test('nothing there: the fact is recorded all the same', () => {
    const target = earn(100n);
    redeem(100n);
    expect(book.posted(reverse(target)).transaction).toMatchObject({ amount: 0n, due: 100n, legs: [], once: 'reversal' });
  });

  test('what a hold covers is not taken (C1.9)', () => {
    const target = earn(100n);
    book.posted(book.make.hold(member, 80n));
    expect(reversed(target)).toBe(-20n);
  });

  test('whole or not at all, where so asked', () => {
    const target = earn(100n);
    redeem(70n);
    expect(book.post(reverse(target, { shortage: 'refuse' }))).toEqual([{ outcome: 'refused', reason: 'insufficient', available: 30n }]);
    earn(70n);
    expect(reversed(target, { shortage: 'refuse' })).toBe(-100n);
  });

  test('pending only: the void of an earning takes what has not opened yet, of its own lot (C3.3, C3.10)', () => {
    const [target, other] = [earn(100n, '2026-12-01', '2026-03-10'), earn(50n, null, '2026-03-10')];
    expect([reversed(target, { shortage: 'pending_only' }), book.left(member)]).toEqual([-100n, [0n, 50n]]);
    expect([book.at('2026-03-10').posted(reverse(other, { shortage: 'pending_only' })).transaction.amount, book.left(member)]).toEqual([
      0n,
      [0n, 50n],
    ]);
  });

  test('a pending lot is taken back under every policy, but pending lots of others are not', () => {
    earn(50n, null, '2026-03-10');
    const target = earn(100n, null, '2026-03-10');
    expect([reversed(target, { shortage: 'refuse' }), book.left(member)]).toEqual([-100n, [50n, 0n]]);
    const spent = earn(10n);
    redeem(10n);
    expect(reversed(spent)).toBe(0n);
  });

  test.each(['swept', 'not yet swept'])('what of it has expired is not clawed back from other lots, %s (C3.5)', (state) => {
    const target = earn(100n, '2026-04-01');
    redeem(30n);
    earn(500n, null);
    book.at('2026-04-01');
    if (state === 'swept') book.posted(book.make.expire(member));
    expect(book.post(reverse(target, { shortage: 'refuse' }))).toEqual([{ outcome: 'refused', reason: 'insufficient', available: 30n }]);
    expect(reversed(target)).toBe(-30n);
    expect(book.left(member)).toEqual([state === 'swept' ? 0n : 70n, 470n]);
  });

  test('expired, partly taken back before, and partly held: each counts once (C3.5)', () => {
    const target = earn(100n, '2026-04-01');
    earn(500n, null);
    expect(reversed(target, { share: { part: 40n } })).toBe(-40n);
    book.posted(book.make.hold(member, 25n));
    book.at('2026-04-01').posted(book.make.expire(member)); // 35 of the lot, 25 stay held
    expect(reversed(target)).toBe(-25n);
    expect(book.left(member)).toEqual([25n, 475n]);
  });

  test('swept in two goes, before and after a release: all of it counts as expired (C3.5)', () => {
    const target = earn(100n, '2026-04-01');
    earn(500n, null);
    const hold = book.posted(book.make.hold(member, 30n)).transaction.id;
    book.at('2026-04-01').posted(book.make.expire(member));
    book.posted(book.make.release(member, hold));
    expect([reversed(target), book.left(member)]).toEqual([0n, [0n, 500n]]);
  });

  test.each([
    [100n, [10_000n, 10_000n, 10_000n], 30_000n, [33n, 34n, 33n]],
    [1n, [10_000n, 10_000n, 10_000n], 30_000n, [0n, 1n, 0n]],
    [7n, [1n, 1n], 2n, [4n, 3n]],
    [5n, [1n, 98n, 1n], 100n, [0n, 5n, 0n]],
    [10n ** 12n, [1n, 2n], 3n, [333_333_333_333n, 666_666_666_667n]],
  ])('%p points by parts %p of %p come to %p: rounded together, half up (C3.6)', (points, parts, whole, amounts) => {
    const target = earn(points);
    expect(parts.map((part) => -reversed(target, { share: { part, whole } }))).toEqual(amounts);
    expect(book.post(reverse(target, { share: { part: 1n, whole } }), reverse(target))).toMatchObject(
      Array(2).fill({ reason: 'already_reversed' }),
    );
  });

  test('refunds above the purchase are refused, with what is left of it (C3.7)', () => {
    const target = earn(100n);
    const refund = (part: bigint, whole = 30_000n) => reverse(target, { share: { part, whole } });
    expect(book.post(refund(30_001n), refund(20_000n), refund(10_001n), refund(10_000n))).toMatchObject([
      { reason: 'outside_limits', limit: 30_000n },
      { transaction: { amount: -67n, part: 20_000n, whole: 30_000n, due: 67n } },
      { reason: 'outside_limits', limit: 10_000n },
      { transaction: { amount: -33n } },
    ]);
  });

  test('parts told in cents and in points add up, and what was already due rounds against the caller', () => {
    const target = earn(100n);
    expect(reversed(target, { share: { part: 10_000n, whole: 30_000n } })).toBe(-33n);
    expect(book.post(reverse(target, { share: { part: 68n } }))).toMatchObject([{ reason: 'outside_limits', limit: 67n }]);
    expect(reversed(target, { share: { part: 1n } })).toBe(-1n);
    expect(book.post(reverse(target, { share: { part: 19_801n, whole: 30_000n } }))).toMatchObject([
      { reason: 'outside_limits', limit: 19_800n },
    ]);
    expect(reversed(target)).toBe(-66n);
  });

  test('a part that rounds up more than was left is due nothing more', () => {
    const target = earn(1n);
    expect([reversed(target, { share: { part: 2n, whole: 3n } }), reversed(target, { share: { part: 1n, whole: 3n } })]).toEqual([-1n, 0n]);
  });

  test('a fact that moved nothing can be reversed once, and by parts', () => {
    const fact = (): string => book.posted(book.make.post(member, [], { kind: 'earn' })).transaction.id;
    const [whole, parts] = [fact(), fact()];
    expect(reasons(book.post(reverse(whole), reverse(whole)))).toEqual(['posted', 'already_reversed']);
    const refund = () => reverse(parts, { share: { part: 15_000n, whole: 30_000n } });
    expect(reasons(book.post(refund(), refund(), refund(), reverse(parts, { share: { part: 1n } })))).toEqual([
      'posted',
      'posted',
      'already_reversed',
      'already_reversed',
    ]);
  });
});

describe('reversing a transfer (C2.1)', () => {
  let other: string;
  let transfer: string;
  beforeEach(() => {
    other = book.account();
    earn(50n, '2026-04-01');
    earn(50n, '2026-05-01');
    transfer = book.posted(book.make.transfer(member, other, 80n)).transaction.id;
  });

  test('the former lots, with their dates, on the one side; nothing left on the other', () => {
    const { transaction } = book.posted(reverse(transfer, { shortage: 'refuse' }));
    expect(transaction).toMatchObject({ amount: 80n, counterAccountId: other, legs: [{ from: other, to: member, amount: 80n }] });
    expect([book.left(member), book.left(other)]).toEqual([
      [50n, 50n],
      [0n, 0n],
    ]);
  });

  test('spent meanwhile: refused whole, or as much as there is', () => {
    book.posted(book.make.redeem(other, 70n));
    expect(book.post(reverse(transfer, { shortage: 'refuse' }))).toMatchObject([{ reason: 'insufficient', available: 10n }]);
    expect([reversed(transfer), book.left(member)]).toEqual([10n, [0n, 30n]]);
  });

  test('expired on the other side: it is not taken from the other points there (C3.5)', () => {
    book.posted(book.make.earn(other, 500n));
    book.at('2026-04-01');
    expect(book.post(reverse(transfer, { shortage: 'refuse' }))).toMatchObject([{ reason: 'insufficient', available: 30n }]);
    expect(reversed(transfer)).toBe(30n);
    expect(book.of(other).posted).toBe(550n);
  });

  test('only by the account it is about', () => {
    expect(reasons(book.post(book.make.reverse(other, transfer)))).toEqual(['unknown_transaction']);
  });
});

describe('reversing several legs', () => {
  const bonus = (first: bigint, second: bigint, expires: string | null = null): string =>
    book.posted(
      book.make.post(
        member,
        [
          { from: book.issuance, to: member, amount: first, lot: until(null) },
          { from: book.issuance, to: member, amount: second, lot: until(expires) },
        ],
        { kind: 'earn' },
      ),
    ).transaction.id;

  test('two credits of one account give back together what is there, never more', () => {
    const target = bonus(50n, 30n);
    redeem(60n);
    expect(book.post(reverse(target, { shortage: 'refuse' }))).toMatchObject([{ reason: 'insufficient', available: 20n }]);
    const { transaction } = book.posted(reverse(target));
    expect(transaction).toMatchObject({ amount: -20n, legs: [{ amount: 20n }] });
    expect(book.left(member)).toEqual([0n, 0n]);
  });

  test('two credits of which the larger comes second are given back whole', () => {
    expect(reversed(bonus(10n, 70n))).toBe(-80n);
  });

  test('what of one credit expired is not taken for it from the other lots (C3.5)', () => {
    earn(100n);
    const target = bonus(50n, 30n, '2026-04-01');
    expect(book.at('2026-04-01').posted(reverse(target)).transaction.amount).toBe(-50n);
  });

  test('two debits of one account are restored into each lot once', () => {
    earn(70n, '2026-04-01');
    earn(30n, '2026-05-01');
    const target = book.posted(
      book.make.post(
        member,
        [60n, 40n].map((amount) => ({ from: member, to: book.redeemed, amount })),
        { kind: 'redeem' },
      ),
    ).transaction.id;
    expect([reversed(target), book.left(member)]).toEqual([100n, [70n, 30n]]);
  });

  test('over several assets: each account as much as its own', () => {
    const money = book.asset();
    const [purse, till] = [book.account({ lotted: false, assetId: money, floor: -9n }), book.account({ lotted: false, assetId: money })];
    earn(100n);
    const target = book.posted(
      book.make.post(
        member,
        [
          { from: member, to: book.redeemed, amount: 100n },
          { from: purse, to: till, amount: 9n },
        ],
        { kind: 'redeem' },
      ),
    ).transaction.id;
    book.posted(book.make.transfer(till, purse, 1n));
    expect(book.post(reverse(target))).toMatchObject([{ reason: 'insufficient', available: 8n }]);
    expect(book.left(member)).toEqual([0n]);
    book.posted(book.make.transfer(purse, till, 1n));
    expect([reversed(target), book.of(till).posted, book.of(purse).posted]).toEqual([100n, 0n, 0n]);
  });

  test('in and out of one account: a lot that gives and gets the same is not used at all', () => {
    earn(10n);
    const legs: Leg[] = [
      { from: book.issuance, to: member, amount: 20n, lot: until('2026-04-01') },
      { from: member, to: book.redeemed, amount: 10n },
    ];
    const target = book.posted(book.make.post(member, legs)).transaction.id;
    const { transaction } = book.posted(reverse(target));
    expect(transaction.amount).toBe(-10n);
    expect(book.state.uses.get(transaction.id)).toMatchObject([{ lotId: book.lots(member)[0]?.id, remainingChange: -10n }]);
    expect(book.left(member)).toEqual([0n, 10n]);
  });

  test('whole, or not', () => {
    const target = bonus(50n, 30n);
    expect(book.post(reverse(target, { share: { part: 1n, whole: 2n } }))).toEqual([
      { outcome: 'refused', reason: 'not_reversible', kind: 'earn' },
    ]);
    expect(reversed(target, { share: { part: 2n, whole: 2n } })).toBe(-80n);
  });
});

describe('what cannot be reversed (LED-06)', () => {
  test("a reversal, an expiry, a hold, a release; what is not there; what is another account's", () => {
    earn(100n, '2026-04-01');
    const reversal = book.posted(reverse(redeem(20n))).transaction.id;
    const hold = book.posted(book.make.hold(member, 10n)).transaction.id;
    const release = book.posted(book.make.release(member, hold)).transaction.id;
    const expiry = book.at('2026-04-01').posted(book.make.expire(member)).transaction.id;
    const other = book.account();
    const commands = [reversal, hold, release, expiry].map((id) => reverse(id));
    expect(book.post(...commands)).toEqual(
      ['reversal', 'hold', 'release', 'expire'].map((kind) => ({ outcome: 'refused', reason: 'not_reversible', kind })),
    );
    expect(book.post(reverse(newId()), book.make.reverse(member, { reference: 'nowhere' }), book.make.reverse(other, reversal))).toEqual(
      Array(3).fill({ outcome: 'refused', reason: 'unknown_transaction' }),
    );
  });

  test('what touches an account that is not under the locks of the list is not seen yet', () => {
    const other = book.account();
    earn(10n);
    const transfer = book.posted(book.make.transfer(member, other, 10n)).transaction.id;
    const receiver = book.of(other);
    book.state.accounts.delete(other);
    expect(reasons(book.post(reverse(transfer)))).toEqual(['unknown_transaction']);
    book.state.accounts.set(other, receiver);
  });

  test('an account without lots gives back down to its floor, or nothing', () => {
    const purse = book.account({ lotted: false, floor: -5n });
    const target = book.posted(book.make.earn(purse, 100n)).transaction.id;
    book.posted(book.make.redeem(purse, 10n));
    for (const shortage of ['refuse', 'take_available', 'pending_only'] as const) {
      expect(book.post(book.make.reverse(purse, target, { shortage, share: { part: 96n } }))).toMatchObject([
        { reason: 'insufficient', available: 95n },
      ]);
    }
    expect(book.posted(book.make.reverse(purse, target, { share: { part: 95n } })).transaction).toMatchObject({
      amount: -95n,
      balanceAfter: -5n,
    });
  });
});
