import { newId } from '@tallystick/kernel';
import type { LotTerms, Verdict } from '@tallystick/ledger';
import { LedgerBook } from '../../../test/support/ledger-book.js';
import { DAY, graceOf } from '../../../test/support/ledger-commands.js';

let book: LedgerBook;
let member: string;
beforeEach(() => {
  book = new LedgerBook();
  member = book.account();
});
afterEach(() => book.audit());

const until = (expires: string | null): LotTerms => ({
  earnedAt: new Date('2026-01-01'),
  availableAt: new Date('2026-01-01'),
  expiresAt: expires === null ? null : new Date(expires),
});
const lots = (account = member): [bigint, bigint][] => book.lots(account).map((lot) => [lot.remaining, lot.held]);
const reasons = (verdicts: Verdict[]): string[] =>
  verdicts.map((verdict) => (verdict.outcome === 'refused' ? verdict.reason : verdict.outcome));
/** A hold of 80 over lots of 50 (to 1 April), 20 (to 1 May) and 100 (for ever). */
const holdEighty = (): string => {
  for (const [amount, expires] of [
    [50n, '2026-04-01'],
    [20n, '2026-05-01'],
    [100n, null],
  ] as const)
    book.posted(book.make.earn(member, amount, until(expires)));
  return book.posted(book.make.hold(member, 80n)).transaction.id;
};

describe('placing', () => {
  test('a hold lowers what is available, not what is posted, in the lots that a debit would use (C1.9)', () => {
    const id = holdEighty();
    expect(book.state.holds.get(id)).toMatchObject({ amount: 80n, captured: 0n, released: 0n, status: 'held', placedAt: book.now });
    expect(book.transactions.at(-1)).toMatchObject({ kind: 'hold', amount: 80n, balanceAfter: 170n, heldAfter: 80n, legs: [] });
    expect(lots()).toEqual([
      [50n, 50n],
      [20n, 20n],
      [100n, 10n],
    ]);
    expect(book.post(book.make.redeem(member, 91n), book.make.hold(member, 91n))).toMatchObject(
      Array(2).fill({ reason: 'insufficient', available: 90n }),
    );
  });

  test('in the order of the program (C1.3)', () => {
    book.posted(book.make.earn(member, 10n, { ...until(null), earnedAt: new Date('2025-01-01') }));
    book.posted(book.make.earn(member, 10n, until('2026-04-01')));
    book.posted(book.make.hold(member, 5n, { debitOrder: 'fifo' }));
    expect(lots()).toEqual([
      [10n, 5n],
      [10n, 0n],
    ]);
  });

  test('two holds never cover the same points', () => {
    book.posted(book.make.earn(member, 100n));
    expect(reasons(book.post(book.make.hold(member, 60n), book.make.hold(member, 60n), book.make.hold(member, 40n)))).toEqual([
      'posted',
      'insufficient',
      'posted',
    ]);
    expect(lots()).toEqual([[100n, 100n]]);
  });

  test('on an account without lots, down to its floor', () => {
    const purse = book.account({ lotted: false, floor: -20n });
    book.posted(book.make.earn(purse, 10n));
    expect(reasons(book.post(book.make.hold(purse, 31n), book.make.hold(purse, 30n), book.make.redeem(purse, 1n)))).toEqual([
      'insufficient',
      'posted',
      'insufficient',
    ]);
    const [hold] = book.state.holds.keys();
    book.posted(book.make.capture(purse, hold as string, { amount: 25n }));
    expect(book.of(purse)).toMatchObject({ posted: -15n, held: 0n });
  });
});

describe('capturing', () => {
  test('whole: out of the held lots, in the order of the hold', () => {
    const id = holdEighty();
    const { transaction, hold } = book.posted(book.make.capture(member, id));
    expect(transaction).toMatchObject({
      kind: 'capture',
      amount: -80n,
      balanceAfter: 90n,
      heldAfter: 0n,
      refId: id,
      once: 'hold_end',
      counterAccountId: null,
    });
    expect(hold).toMatchObject({ status: 'captured', captured: 80n, released: 0n });
    expect(lots()).toEqual([
      [0n, 0n],
      [0n, 0n],
      [90n, 0n],
    ]);
  });

  test('in part: the rest is released', () => {
    const id = holdEighty();
    const { transaction, hold } = book.posted(book.make.capture(member, id, { amount: 60n }));
    expect(transaction).toMatchObject({ amount: -60n, heldAfter: 0n, once: 'hold_end' });
    expect(hold).toMatchObject({ status: 'captured', captured: 60n, released: 20n });
    expect(lots()).toEqual([
      [0n, 0n],
      [10n, 0n],
      [100n, 0n],
    ]);
  });

  test('in several parts that keep it open, each out of the next lots; it ends once', () => {
    const id = holdEighty();
    const part = (amount: bigint, keepOpen = true) => book.make.capture(member, id, { amount, keepOpen });
    expect(book.post(part(30n), part(25n))).toMatchObject([
      { transaction: { once: null }, hold: { status: 'held', captured: 30n } },
      { hold: { captured: 55n } },
    ]);
    expect(lots()).toEqual([
      [0n, 0n],
      [15n, 15n],
      [100n, 10n],
    ]);
    expect(book.post(part(26n), part(0n), part(-1n))).toEqual(Array(3).fill({ outcome: 'refused', reason: 'outside_limits', limit: 25n }));
    expect(book.posted(part(25n))).toMatchObject({
      transaction: { once: 'hold_end' },
      hold: { status: 'captured', captured: 80n, released: 0n },
    });
    expect(book.post(part(1n), book.make.release(member, id))).toEqual(
      Array(2).fill({ outcome: 'refused', reason: 'hold_ended', status: 'captured' }),
    );
  });

  test('all that is open, after parts', () => {
    const id = holdEighty();
    book.posted(book.make.capture(member, id, { amount: 55n, keepOpen: true }));
    expect(book.posted(book.make.capture(member, id, { keepOpen: true }))).toMatchObject({
      transaction: { amount: -25n, once: 'hold_end' },
      hold: { status: 'captured' },
    });
  });

  test('over lots that have expired under it: succeeds, and what is freed beyond it expires at once (C1.9)', () => {
    const id = holdEighty();
    const { transaction, expired } = book.at('2026-05-01').posted(book.make.capture(member, id, { amount: 60n }));
    expect([transaction.amount, expired?.amount, book.of(book.expired).posted]).toEqual([-60n, -10n, 10n]);
    expect(expired).toMatchObject({ refId: transaction.id, details: { after: transaction.id } });
    expect(lots()).toEqual([
      [0n, 0n],
      [0n, 0n],
      [100n, 0n],
    ]);
  });

  test('while it stays open nothing expires with it', () => {
    const id = holdEighty();
    book.posted(book.make.earn(member, 5n, until('2026-05-01')));
    const { expired } = book.at('2026-05-01').posted(book.make.capture(member, id, { amount: 10n, keepOpen: true }));
    expect(expired).toBeUndefined();
    expect(book.posted(book.make.expire(member)).transaction.amount).toBe(-5n);
    expect(lots()).toEqual([
      [40n, 40n],
      [20n, 20n],
      [100n, 10n],
      [0n, 0n],
    ]);
  });

  test('a hold past its own time has ended, from that moment on; its points wait for the release', () => {
    book.posted(book.make.earn(member, 100n));
    const place = () => book.posted(book.make.hold(member, 50n, { expiresAt: new Date('2026-03-05') })).transaction.id;
    const [first, second] = [place(), place()];
    expect(reasons(book.at('2026-03-04T23:59:59.999Z').post(book.make.capture(member, first)))).toEqual(['posted']);
    book.at('2026-03-05');
    expect(book.post(book.make.capture(member, second), book.make.redeem(member, 1n))).toMatchObject([
      { reason: 'hold_ended', status: 'expired' },
      { reason: 'insufficient', available: 0n },
    ]);
    expect(book.posted(book.make.release(member, second, { cause: 'expired' })).hold).toMatchObject({ status: 'expired', released: 50n });
    expect(reasons(book.post(book.make.redeem(member, 50n)))).toEqual(['posted']);
  });

  test('into a wallet: the points keep their dates, and both statements show it (C2.1)', () => {
    const [id, other] = [holdEighty(), book.account()];
    const { transaction } = book.posted(book.make.capture(member, id, { to: other, amount: 60n }));
    expect(transaction.counterAccountId).toBe(other);
    expect(book.lots(other)).toMatchObject([
      { remaining: 50n, ...until('2026-04-01') },
      { remaining: 10n, ...until('2026-05-01') },
    ]);
    book.posted(book.make.redeem(other, 60n));
  });

  test('only of the account that is held, to another account of its asset', () => {
    const [id, other, foreign] = [holdEighty(), book.account(), book.account({ assetId: book.asset() })];
    book.posted(book.make.earn(other, 100n));
    book.posted(book.make.hold(other, 80n));
    const foreignHouses = { to: foreign, expired: foreign };
    expect(
      book.post(
        book.make.capture(other, id),
        book.make.release(other, id),
        book.make.capture(member, newId()),
        book.make.release(member, newId()),
        book.make.capture(member, id, { to: foreign }),
        book.make.capture(member, id, { to: member }),
        book.make.capture(member, id, { to: newId() }),
        book.make.capture(member, id, { expired: foreign }),
        book.make.release(member, id, foreignHouses),
        book.make.release(newId(), id),
      ),
    ).toMatchObject([
      ...Array(4).fill({ outcome: 'refused', reason: 'unknown_hold' }),
      { reason: 'unknown_account', id: foreign },
      { reason: 'unknown_account', id: member },
      ...Array(4).fill({ reason: 'unknown_account' }),
    ]);
  });
});

describe('releasing', () => {
  test('makes what is left available again', () => {
    const id = holdEighty();
    book.posted(book.make.capture(member, id, { amount: 55n, keepOpen: true }));
    const { transaction, hold, expired } = book.posted(book.make.release(member, id));
    expect(transaction).toMatchObject({
      kind: 'release',
      amount: -25n,
      balanceAfter: 115n,
      heldAfter: 0n,
      refId: id,
      once: 'hold_end',
      legs: [],
    });
    expect([hold?.status, hold?.released, expired]).toEqual(['released', 25n, undefined]);
    expect(reasons(book.post(book.make.redeem(member, 115n), book.make.release(member, id)))).toEqual(['posted', 'hold_ended']);
  });

  test('after the date of its lots: what it frees expires in the same list (C1.9)', () => {
    const id = holdEighty();
    const { transaction, expired } = book.at('2026-04-15').posted(book.make.release(member, id));
    expect(transaction).toMatchObject({ amount: -80n, balanceAfter: 170n });
    expect(expired).toMatchObject({ kind: 'expire', amount: -50n, balanceAfter: 120n, refId: transaction.id });
    expect(reasons(book.post(book.make.redeem(member, 120n)))).toEqual(['posted']);
  });

  test('where its end is not the doing of who holds the points: what has lapsed lives on in a lot of its own, for a while (C1.9, C2.3)', () => {
    const id = holdEighty();
    const { transaction, expired } = book.at('2026-04-15').posted(book.make.release(member, id, { lapsed: graceOf(7 * DAY) }));
    expect([transaction.balanceAfter, transaction.heldAfter, expired]).toEqual([170n, 0n, undefined]);
    expect(lots()).toEqual([
      [0n, 0n],
      [20n, 0n],
      [100n, 0n],
      [50n, 0n],
    ]);
    expect(book.lots(member).at(-1)).toMatchObject({ parentId: book.lots(member)[0]!.id, expiresAt: new Date('2026-04-22') });
    expect(reasons(book.at('2026-04-22').post(book.make.redeem(member, 121n), book.make.redeem(member, 120n)))).toEqual([
      'insufficient',
      'posted',
    ]);
  });

  test('what another hold still covers does not expire with it', () => {
    const id = holdEighty();
    book.posted(book.make.hold(member, 90n));
    book.posted(book.make.earn(member, 30n, until('2026-04-01')));
    const second = book.posted(book.make.hold(member, 10n)).transaction.id;
    book.at('2026-04-01').posted(book.make.release(member, id));
    expect(lots()).toEqual([
      [0n, 0n],
      [20n, 0n],
      [100n, 90n],
      [10n, 10n],
    ]);
    expect(book.posted(book.make.capture(member, second)).transaction.amount).toBe(-10n);
  });
});
