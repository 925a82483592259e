import { newId } from '@tallystick/kernel';
import type { DebitOrder, Leg, LedgerCommand, LotTerms, Post, Verdict } from '@tallystick/ledger';
import { LedgerBook } from '../../../test/support/ledger-book.js';
import { referenceOf } from '../../../test/support/ledger-commands.js';

let book: LedgerBook;
let member: string;
beforeEach(() => {
  book = new LedgerBook();
  member = book.account();
});
afterEach(() => book.audit());

/** Terms of a lot: earned and usable from one day, spendable until another begins. */
const lot = (earned: string, expires: string | null, available = earned): LotTerms => ({
  earnedAt: new Date(earned),
  availableAt: new Date(available),
  expiresAt: expires === null ? null : new Date(expires),
});
const balanceOf = (account = member): bigint => book.of(account).posted;
const outcomes = (verdicts: Verdict[]): string[] =>
  verdicts.map((verdict) => (verdict.outcome === 'refused' ? verdict.reason : verdict.outcome));

describe('lots and the order of debits (C.1)', () => {
  /** Lots A 100 (to the end of March), B 50 (June), C 30 (for ever). */
  const earnLotsABC = () => {
    book.at('2026-01-10T00:00:00Z');
    book.posted(book.make.earn(member, 100n, lot('2026-01-10', '2026-04-01')));
    book.posted(book.make.earn(member, 50n, lot('2026-01-10', '2026-07-01')));
    book.posted(book.make.earn(member, 30n, lot('2026-01-10', null)));
  };

  test('a credit makes one lot with its terms, two entries and a transaction (C1.1)', () => {
    const { transaction } = book.posted(
      book.make.earn(member, 100n, lot('2026-02-01', '2027-02-01'), { narration: 'Purchase', metadata: { till: 3 } }),
    );
    expect(transaction).toMatchObject({
      kind: 'earn',
      amount: 100n,
      balanceAfter: 100n,
      heldAfter: 0n,
      narration: 'Purchase',
      metadata: { till: 3 },
    });
    expect(transaction.legs).toEqual([{ from: book.issuance, to: member, amount: 100n, fromSeq: 1n, toSeq: 1n }]);
    expect(book.lots(member)).toMatchObject([
      { transactionId: transaction.id, parentId: null, original: 100n, remaining: 100n, held: 0n, ...lot('2026-02-01', '2027-02-01') },
    ]);
    expect(book.entries).toMatchObject([
      { accountId: book.issuance, amount: -100n, balanceAfter: -100n },
      { accountId: member, amount: 100n, balanceAfter: 100n },
    ]);
  });

  test('the vectors: redeem 120 from A, B, C, and nothing to expire on 1 April', () => {
    earnLotsABC();
    book.at('2026-03-20').posted(book.make.redeem(member, 120n));
    expect(book.left(member)).toEqual([0n, 30n, 30n]);
    expect(book.at('2026-04-01').post(book.make.expire(member))).toEqual([{ outcome: 'refused', reason: 'nothing_to_move' }]);
    expect(balanceOf()).toBe(60n);
  });

  test('the vectors: the 120 reversed on 2 April, restore_with_grace of 30 days', () => {
    earnLotsABC();
    const spent = book.at('2026-03-20').posted(book.make.redeem(member, 120n));
    book.at('2026-04-02').posted(book.make.reverse(member, spent.transaction.id));
    expect(book.left(member)).toEqual([0n, 50n, 30n, 100n]);
    const [a, , , restored] = book.lots(member);
    expect(restored).toMatchObject({
      parentId: a?.id,
      earnedAt: a?.earnedAt,
      availableAt: new Date('2026-04-02'),
      expiresAt: new Date('2026-05-02'),
    });
    expect(book.post(book.make.redeem(member, 181n))).toMatchObject([{ reason: 'insufficient', available: 180n }]);
  });

  test('the vectors: the same with restore_and_expire', () => {
    earnLotsABC();
    const spent = book.at('2026-03-20').posted(book.make.redeem(member, 120n));
    const { transaction, expired } = book
      .at('2026-04-02')
      .posted(book.make.reverse(member, spent.transaction.id, { lapsed: { policy: 'expire' } }));
    expect(book.left(member)).toEqual([0n, 50n, 30n]);
    expect([transaction.amount, expired?.amount, balanceOf(), balanceOf(book.expired)]).toEqual([120n, -100n, 80n, 100n]);
    expect(expired).toMatchObject({ kind: 'expire', refId: transaction.id, accountId: member });
  });

  test('a debit that used an old lot is not charged again when that lot expires (C1.2)', () => {
    book.posted(book.make.earn(member, 100n, lot('2026-01-01', '2026-04-01')));
    book.posted(book.make.earn(member, 100n, lot('2026-02-01', null)));
    book.posted(book.make.redeem(member, 60n));
    book.at('2026-04-01').posted(book.make.expire(member));
    expect(balanceOf()).toBe(100n);
  });

  test.each<[DebitOrder, bigint, bigint[], string]>([
    ['expiry_first', 160n, [100n, 0n, 40n, 0n], 'the shortest life first, then the oldest, open ends last'],
    ['fifo', 230n, [0n, 0n, 50n, 20n], 'the oldest first, whatever its life'],
  ])('debits go %s: %p leave %p, %s (C1.3)', (debitOrder, amount, left) => {
    book.posted(book.make.earn(member, 100n, lot('2026-01-01', null)));
    book.posted(book.make.earn(member, 100n, lot('2026-01-02', '2026-12-01')));
    book.posted(book.make.earn(member, 50n, lot('2026-01-04', '2026-12-01')));
    book.posted(book.make.earn(member, 50n, lot('2026-01-03', '2026-12-01')));
    book.posted(book.make.redeem(member, amount, { debitOrder }));
    expect(book.left(member)).toEqual(left);
  });

  test('of lots alike the one made first goes first (C1.3)', () => {
    for (const amount of [10n, 20n]) book.posted(book.make.earn(member, amount, lot('2026-01-01', '2026-12-01')));
    for (const debitOrder of ['fifo', 'expiry_first'] as const) {
      book.posted(book.make.redeem(member, 5n, { debitOrder }));
    }
    expect(book.left(member)).toEqual([0n, 20n]);
  });

  test('a pending lot is on the balance and cannot be spent until it opens; its life starts there (C1.6)', () => {
    const { transaction } = book.posted(book.make.earn(member, 100n, lot('2026-03-01', '2026-06-10', '2026-03-10')));
    expect(transaction.availableAt).toEqual(new Date('2026-03-10'));
    expect(balanceOf()).toBe(100n);
    expect(book.post(book.make.redeem(member, 1n))).toMatchObject([{ reason: 'insufficient', available: 0n }]);
    expect(book.at('2026-03-09T23:59:59.999Z').post(book.make.hold(member, 1n))).toMatchObject([{ reason: 'insufficient', available: 0n }]);
    expect(outcomes(book.at('2026-03-10').post(book.make.redeem(member, 100n)))).toEqual(['posted']);
  });

  test('an earning that is spendable at once is not pending', () => {
    expect(book.posted(book.make.earn(member, 1n, lot('2026-02-01', null))).transaction.availableAt).toBeNull();
    expect(book.posted(book.make.earn(member, 1n)).transaction.availableAt).toBeNull();
    expect(book.posted(book.make.earn(member, 1n, lot('2026-02-01', null, book.now.toISOString()))).transaction.availableAt).toBeNull();
  });

  test('points past their last moment are gone whether swept or not; the moment itself is past (C1.4, C1.8)', () => {
    book.posted(book.make.earn(member, 100n, lot('2026-01-01', '2026-04-01')));
    expect(outcomes(book.at('2026-03-31T23:59:59.999Z').post(book.make.redeem(member, 10n)))).toEqual(['posted']);
    expect(book.at('2026-04-01').post(book.make.redeem(member, 10n))).toMatchObject([{ reason: 'insufficient', available: 0n }]);
    expect(balanceOf()).toBe(90n);
  });

  test('a sweep is a posting to breakage by lots, of what no hold covers, and once (C1.8, C11.6)', () => {
    book.posted(book.make.earn(member, 100n, lot('2026-01-01', '2026-04-01')));
    book.posted(book.make.earn(member, 50n, lot('2026-01-01', '2026-05-01')));
    book.posted(book.make.hold(member, 30n));
    const { transaction } = book.at('2026-04-01').posted(book.make.expire(member));
    expect(transaction).toMatchObject({ kind: 'expire', amount: -70n, balanceAfter: 80n, heldAfter: 30n });
    expect(book.state.uses.get(transaction.id)).toMatchObject([{ lotId: book.lots(member)[0]?.id, remainingChange: -70n, heldChange: 0n }]);
    expect(outcomes(book.post(book.make.expire(member), book.make.expire(member)))).toEqual(['nothing_to_move', 'nothing_to_move']);
    expect(balanceOf(book.expired)).toBe(70n);
  });

  test('a sweep of an account without lots, or by a stranger to its asset, moves nothing', () => {
    const purse = book.account({ lotted: false });
    book.posted(book.make.earn(member, 10n, lot('2026-01-01', '2026-03-01', '2026-02-01')));
    const foreign = book.account({ lotted: false, assetId: book.asset() });
    expect(
      book.post(book.make.expire(purse), ...[foreign, member, newId()].map((expired) => book.make.expire(member, { expired }))),
    ).toEqual([
      { outcome: 'refused', reason: 'nothing_to_move' },
      { outcome: 'refused', reason: 'unknown_account', id: foreign },
      { outcome: 'refused', reason: 'unknown_account', id: member },
      { outcome: 'refused', reason: 'unknown_account', id: expect.any(String) as string },
    ]);
  });
});

describe('transfers (C2.1, C10.12)', () => {
  test('points keep their dates: one lot for each pair of dates', () => {
    const other = book.account();
    book.posted(book.make.earn(member, 10n, lot('2026-01-01', '2026-06-01')));
    book.posted(book.make.earn(member, 20n, lot('2026-01-01', '2026-06-01', '2026-01-05')));
    book.posted(book.make.earn(member, 30n, lot('2026-01-02', '2026-06-01')));
    book.posted(book.make.earn(member, 40n, lot('2026-01-01', null)));
    const { transaction } = book.posted(book.make.transfer(member, other, 65n));
    expect(transaction).toMatchObject({ amount: -65n, counterAccountId: other });
    expect(book.lots(other)).toMatchObject([
      { remaining: 30n, earnedAt: new Date('2026-01-01'), expiresAt: new Date('2026-06-01') },
      { remaining: 30n, earnedAt: new Date('2026-01-02'), expiresAt: new Date('2026-06-01') },
      { remaining: 5n, earnedAt: new Date('2026-01-01'), expiresAt: null },
    ]);
  });

  test('terms given with the leg stand over the dates of the lots', () => {
    const other = book.account();
    book.posted(book.make.earn(member, 10n, lot('2026-01-01', '2026-06-01')));
    book.posted(book.make.post(member, [{ from: member, to: other, amount: 10n, lot: lot('2026-03-01', '2026-09-01') }]));
    expect(book.lots(other)).toMatchObject([lot('2026-03-01', '2026-09-01')]);
  });

  test('from an account without lots points never expire', () => {
    const purse = book.account({ lotted: false });
    book.posted(book.make.earn(purse, 10n));
    const { transaction } = book.posted(book.make.transfer(purse, member, 10n));
    expect(book.lots(member)).toMatchObject([{ earnedAt: book.now, availableAt: book.now, expiresAt: null }]);
    expect(transaction.counterAccountId).toBe(member);
    expect(book.posted(book.make.transfer(member, purse, 4n)).transaction.counterAccountId).toBeNull();
  });
});

describe('posts of several legs', () => {
  test('all or none, over several assets, each balanced for itself', () => {
    const money = book.asset();
    const [purse, till] = [book.account({ lotted: false, assetId: money }), book.account({ lotted: false, assetId: money, floor: -5n })];
    book.posted(book.make.earn(member, 100n));
    const pay = (points: bigint, cents: bigint) =>
      book.make.post(
        member,
        [
          { from: member, to: book.redeemed, amount: points },
          { from: till, to: purse, amount: cents },
        ],
        { kind: 'redeem' },
      );
    expect(book.post(pay(100n, 6n), pay(101n, 5n))).toMatchObject([
      { reason: 'insufficient', available: 5n },
      { reason: 'insufficient', available: 100n },
    ]);
    expect([balanceOf(), balanceOf(purse), balanceOf(till)]).toEqual([100n, 0n, 0n]);
    expect(book.posted(pay(100n, 5n)).transaction).toMatchObject({ amount: -100n });
    expect([balanceOf(), balanceOf(purse), balanceOf(till)]).toEqual([0n, 5n, -5n]);
  });

  test('a floor is checked against what all legs take together, whatever comes in by others', () => {
    book.posted(book.make.earn(member, 100n));
    const twice = [60n, 60n].map((amount) => ({ from: member, to: book.redeemed, amount }));
    expect(book.post(book.make.post(member, [{ from: book.issuance, to: member, amount: 500n }, ...twice]))).toMatchObject([
      { reason: 'insufficient', available: 100n },
    ]);
  });

  test.each<[string, bigint | null, bigint, bigint]>([
    ['of nothing', 0n, 10n, 11n],
    ['below nothing', -50n, 60n, 61n],
    ['above nothing', 4n, 6n, 7n],
  ])('a guarded account comes down to a floor %s and not further', (_, floor, most, more) => {
    const purse = book.account({ lotted: false, floor: null });
    Object.assign(book.of(purse), { floor });
    book.posted(book.make.earn(purse, 10n));
    expect(book.post(book.make.redeem(purse, more))).toMatchObject([{ reason: 'insufficient', available: most }]);
    expect(outcomes(book.post(book.make.redeem(purse, most)))).toEqual(['posted']);
    expect(book.post(book.make.hold(purse, 1n))).toMatchObject([{ reason: 'insufficient', available: 0n }]);
  });

  test('a house account without a floor gives without end', () => {
    book.posted(book.make.earn(member, 10n ** 12n));
    expect(balanceOf(book.issuance)).toBe(-(10n ** 12n));
    expect(outcomes(book.post(book.make.hold(book.issuance, 10n ** 12n)))).toEqual(['posted']);
  });

  test('a fact that moves nothing is a fact: numbered, referenced, on the account', () => {
    const zero = book.make.post(member, [], { kind: 'earn', reference: referenceOf('purchase:0') });
    expect(book.posted(zero).transaction).toMatchObject({ amount: 0n, balanceAfter: 0n, legs: [], reference: 'purchase:0' });
    expect(outcomes(book.post({ ...zero, id: newId() }))).toEqual(['replayed']);
  });

  test.each<[string, bigint, string]>([
    ['nothing', 0n, 'outside_limits'],
    ['less than nothing', -1n, 'outside_limits'],
    ['the most', 10n ** 12n, 'posted'],
    ['more than the most', 10n ** 12n + 1n, 'outside_limits'],
  ])('a leg of %s, and a hold of it', (_, amount, outcome) => {
    book.posted(book.make.earn(member, 10n ** 12n));
    book.posted(book.make.earn(member, 10n ** 12n));
    expect(outcomes(book.post(book.make.earn(member, amount), book.make.hold(member, amount)))).toEqual([outcome, outcome]);
  });

  test("the effective time is the caller's, or that of the list; the recorded time is always that of the list (LED-09)", () => {
    const yesterday = new Date('2026-02-28');
    expect(book.posted(book.make.earn(member, 1n, undefined, { effectiveAt: yesterday })).transaction).toMatchObject({
      effectiveAt: yesterday,
      recordedAt: book.now,
    });
    expect(book.posted(book.make.earn(member, 1n)).transaction).toMatchObject({ effectiveAt: book.now, recordedAt: book.now });
  });

  test('accounts that are not there, the same on both sides, or of two assets, are refused by name', () => {
    const [stranger, foreign] = [newId(), book.account({ assetId: book.asset() })];
    book.posted(book.make.earn(member, 100n));
    const post = (from: string, to: string) => book.make.post(member, [{ from, to, amount: 1n }]);
    expect(
      book.post(post(stranger, member), post(member, stranger), post(member, member), post(member, foreign), book.make.post(stranger, [])),
    ).toEqual([stranger, stranger, member, foreign, stranger].map((id) => ({ outcome: 'refused', reason: 'unknown_account', id })));
  });
});

describe('references (C5)', () => {
  const paid = (points: bigint, content = 'a') =>
    book.make.earn(member, points, undefined, { reference: referenceOf('purchase:1', content) });

  test('the same content answers the first result, other content is a conflict that names it', () => {
    const first = book.posted(paid(10n));
    const [again, other] = book.post(paid(10n), paid(11n, 'b'));
    expect(again).toMatchObject({ outcome: 'replayed', transaction: first.transaction });
    expect(other).toMatchObject({ outcome: 'conflict', transaction: first.transaction });
    expect(balanceOf()).toBe(10n);
  });

  test('twice in one list posts once', () => {
    const [first, again, other] = book.post(paid(10n), paid(10n), paid(11n, 'b'));
    expect(outcomes([first, again, other] as Verdict[])).toEqual(['posted', 'replayed', 'conflict']);
    expect((again as { transaction: object }).transaction).toBe((first as { transaction: object }).transaction);
  });

  test('what was refused may come again under its reference', () => {
    const redeem = () => book.make.redeem(member, 10n, { reference: referenceOf('order:1') });
    expect(outcomes(book.post(redeem(), paid(10n), redeem(), redeem()))).toEqual(['insufficient', 'posted', 'posted', 'replayed']);
  });

  test('a replay of a hold, of its capture and of its release shows the hold as it stands', () => {
    book.posted(paid(100n));
    const named = (key: string) => ({ reference: referenceOf(key) });
    const hold = book.make.hold(member, 60n, named('hold'));
    const capture = book.make.capture(member, hold.id, { amount: 20n, keepOpen: true, ...named('capture') });
    const release = book.make.release(member, hold.id, named('release'));
    book.post(hold, capture, release);
    for (const command of [hold, capture, release]) {
      expect(book.post({ ...command, id: newId() })).toMatchObject([
        { outcome: 'replayed', transaction: { id: command.id }, hold: { id: hold.id, status: 'released', captured: 20n, released: 40n } },
      ]);
    }
    expect(book.post(paid(100n))).toMatchObject([{ outcome: 'replayed', hold: undefined }]);
  });
});

describe('one list', () => {
  test('each command sees what those before it did, and a refused one leaves nothing behind', () => {
    const other = book.account();
    const commands: LedgerCommand[] = [
      book.make.redeem(member, 1n),
      book.make.earn(member, 100n),
      book.make.redeem(member, 101n),
      book.make.transfer(member, other, 40n),
      book.make.redeem(other, 41n),
      book.make.hold(member, 60n),
      book.make.redeem(member, 1n),
      book.make.redeem(other, 40n),
    ];
    expect(outcomes(book.post(...commands))).toEqual([
      'insufficient',
      'posted',
      'insufficient',
      'posted',
      'insufficient',
      'posted',
      'insufficient',
      'posted',
    ]);
    expect(book.transactions).toHaveLength(4);
  });

  test('an earning and its refund by reference', () => {
    const earn = book.make.earn(member, 100n, undefined, { reference: referenceOf('purchase:9') });
    const refund = book.make.reverse(member, { reference: 'purchase:9' }, { share: { part: 10n, whole: 30n } });
    expect(book.post(refund, earn, refund)).toMatchObject([
      { reason: 'unknown_transaction' },
      { outcome: 'posted' },
      { transaction: { amount: -33n, refId: earn.id } },
    ]);
  });

  test('20 reversals of one redemption: one moves, the others say by which (C2.4)', () => {
    book.posted(book.make.earn(member, 100n));
    const spent = book.make.redeem(member, 80n);
    const reversals = Array.from({ length: 20 }, () => book.make.reverse(member, spent.id));
    const verdicts = book.post(spent, ...reversals);
    expect(verdicts.slice(1)).toMatchObject([
      { outcome: 'posted' },
      ...Array.from({ length: 19 }, () => ({ reason: 'already_reversed', by: reversals[0]?.id })),
    ]);
    expect(balanceOf()).toBe(100n);
  });

  test('every verdict shows its own moment, not where the list left things', () => {
    book.posted(book.make.earn(member, 100n));
    const hold = book.make.hold(member, 60n);
    const [placed, captured, released] = book.post(
      hold,
      book.make.capture(member, hold.id, { amount: 10n, keepOpen: true }),
      book.make.release(member, hold.id),
    );
    expect(placed).toMatchObject({
      hold: { status: 'held', captured: 0n },
      transaction: { amount: 60n, balanceAfter: 100n, heldAfter: 60n },
    });
    expect(captured).toMatchObject({
      hold: { status: 'held', captured: 10n },
      transaction: { amount: -10n, balanceAfter: 90n, heldAfter: 50n },
    });
    expect(released).toMatchObject({
      hold: { status: 'released', released: 50n },
      transaction: { amount: -50n, balanceAfter: 90n, heldAfter: 0n },
    });
  });
});

describe('a post measured when its turn comes', () => {
  test('sees what became of the commands before it; a replay is not measured, a refusal is not told', () => {
    let told = 0n;
    const measured = (key: string, most = 100n): LedgerCommand => {
      const earn = book.make.earn(member, 1n, undefined, { reference: { key, hash: '0'.repeat(64) } }) as Post;
      return {
        ...earn,
        measure: () => ({ legs: [{ ...(earn.legs[0] as Leg), amount: most - told }], details: { before: String(told) } }),
        posted: ({ amount }) => (told += amount),
      };
    };
    const first = measured('earn:1', 60n);
    const [one, replayed, , , two] = book.post(
      first,
      measured('earn:1'),
      measured('earn:refused', 2_000_000_000_000n),
      { ...book.make.reverse(member, first.id, { share: { part: 20n } }), posted: ({ due }) => (told -= due ?? 0n) },
      measured('earn:2'),
    );
    expect(one).toMatchObject({ outcome: 'posted', transaction: { amount: 60n, details: { before: '0' } } });
    expect(replayed).toMatchObject({ outcome: 'replayed', transaction: { id: first.id } });
    expect(two).toMatchObject({ outcome: 'posted', transaction: { amount: 60n, details: { before: '40' } } });
    expect(told).toBe(100n);
  });
});
