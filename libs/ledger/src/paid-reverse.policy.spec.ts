import { newId } from '@tallystick/kernel';
import fc from 'fast-check';
import { LedgerBook } from '../../../test/support/ledger-book.js';
import type { Reverse } from './commands.js';

/** An earning of `earned` points for a purchase that `paid` points paid for. */
function bought(earned: bigint, paid: bigint, more = 0n) {
  const book = new LedgerBook();
  const member = book.account();
  if (paid + more > 0n) book.posted(book.make.earn(member, paid + more));
  const debit = book.make.redeem(member, paid);
  book.posted(debit);
  const earn = earned === 0n ? book.make.post(member, [], { kind: 'earn' }) : book.make.earn(member, earned);
  book.posted(earn);
  const turn = (share?: Reverse['share'], rest: Partial<Reverse> = {}) =>
    book.post(
      book.make.reverse(member, earn.id, {
        ...(share && { share }),
        paidBy: { id: newId(), target: debit.id, details: { refund: {} } },
        ...rest,
      }) as Reverse,
    )[0]!;
  return { book, member, debit, turn, balance: () => book.of(member).posted };
}

test('any parts of a refund give back exactly what paid and take back exactly what was earned (C3.6, C3.8, C11.3)', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 1_000n }),
      fc.bigInt({ min: 1n, max: 1_000n }),
      fc.array(fc.bigInt({ min: 1n, max: 900n }), { minLength: 1, maxLength: 8 }),
      (earned, paid, parts) => {
        const { book, turn, balance } = bought(earned, paid, 10n);
        const whole = parts.reduce((sum, part) => sum + part, 0n);
        let [soFar, back] = [0n, 0n];
        for (const part of parts) {
          const verdict = turn({ part, whole });
          soFar += part;
          back += verdict.outcome === 'posted' ? (verdict.returned?.amount ?? 0n) : 0n;
          expect(back).toBe((2n * paid * soFar + whole) / (2n * whole));
        }
        expect([back, balance()]).toEqual([paid, paid + 10n]);
        book.audit();
      },
    ),
    { numRuns: 200 },
  );
});

test('what somebody gave back by hand counts: no more comes back than was paid, and nothing before its share is reached', () => {
  const { book, member, debit, turn, balance } = bought(60n, 40n);
  book.posted(book.make.reverse(member, debit.id, { share: { part: 30n } }));
  const first = turn({ part: 50n, whole: 100n });
  expect(first).toMatchObject({ outcome: 'posted', transaction: { amount: -30n } });
  expect(first).not.toHaveProperty('returned');
  expect(turn({ part: 30n, whole: 100n })).toMatchObject({ returned: { amount: 2n, refId: debit.id, once: null } });
  const last = turn();
  expect(last).toMatchObject({ returned: { amount: 8n, once: 'reversal' }, transaction: { amount: -12n } });
  expect(last).toMatchObject({ transaction: { details: { returned: { amount: '8' } } } });
  expect(balance()).toBe(40n);
  expect(turn()).toMatchObject({ reason: 'already_reversed' });
  book.audit();
});

test('what comes back is there for what is taken; a refusal gives nothing back, and lots keep their dates', () => {
  const { book, member, turn, balance } = bought(60n, 40n);
  book.posted(book.make.redeem(member, 60n));
  expect(turn({ part: 101n, whole: 100n })).toMatchObject({ reason: 'outside_limits' });
  expect(balance()).toBe(0n);
  expect(turn(undefined, { shortage: 'take_available' })).toMatchObject({ returned: { amount: 40n }, transaction: { amount: -40n } });
  expect(balance()).toBe(0n);
  expect(turn(undefined, { paidBy: { id: newId(), target: newId() } })).toMatchObject({ reason: 'already_reversed' });

  const other = bought(0n, 5n);
  expect(other.turn({ part: 1n, whole: 2n })).toMatchObject({ returned: { amount: 3n }, transaction: { amount: 0n } });
  expect(other.turn(undefined, { paidBy: { id: newId(), target: newId() } })).toMatchObject({ reason: 'unknown_transaction' });
  expect(other.book.left(other.member)).toEqual([3n]);
});
