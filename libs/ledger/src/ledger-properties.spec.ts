import { newId } from '@tallystick/kernel';
import type { LedgerCommand, LotState, Verdict } from '@tallystick/ledger';
import fc from 'fast-check';
import { bookTrial } from '../../../test/support/ledger-book-trial.js';
import { LedgerBook } from '../../../test/support/ledger-book.js';
import { DAY, HOUR, referenceOf } from '../../../test/support/ledger-commands.js';
import { histories } from '../../../test/support/ledger-histories.js';
import { compareWithModel } from '../../../test/support/ledger-trial.js';

const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 2 ** 31);
const always = (property: unknown, numRuns: number): Promise<void> => fc.assert(property as fc.IAsyncProperty<unknown>, { seed, numRuns });

/** A book in the middle of a life, and one of its members. */
async function lived(steps: Parameters<typeof compareWithModel>[1], who: number): Promise<{ book: LedgerBook; member: string }> {
  const { book, trial } = bookTrial();
  await compareWithModel(trial, steps);
  return { book, member: trial.accounts[who]?.id as string };
}
const spendable = (book: LedgerBook, member: string): bigint => {
  const [verdict] = book.post(book.make.redeem(member, 10n ** 12n)) as [Verdict];
  return verdict.outcome === 'refused' && verdict.reason === 'insufficient' ? verdict.available : 0n;
};

describe(`properties of the decision (C.11), seed ${seed}`, () => {
  test('C11.1: lots, postings and balances agree after every list, and nothing guarded is below its floor', async () => {
    await always(
      fc.asyncProperty(histories(25), async (steps) => {
        const { book, trial } = bookTrial();
        const post = (commands: LedgerCommand[]) => {
          const verdicts = book.post(...commands);
          book.audit();
          for (const { floor, posted, held } of book.state.accounts.values()) if (floor !== null) expect(posted - held >= floor).toBe(true);
          return verdicts;
        };
        await compareWithModel({ ...trial, post }, steps);
      }),
      150,
    );
  });

  test('C11.2: redeem, then reverse before any expiry: the very lots there were, dates and all', async () => {
    await always(
      fc.asyncProperty(
        histories(8),
        fc.nat(2),
        fc.nat(1_000),
        fc.boolean(),
        fc.array(fc.nat(1_000)),
        async (steps, who, permille, fifo, cuts) => {
          const { book, member } = await lived(steps, who);
          const amount = (spendable(book, member) * BigInt(permille)) / 1_000n;
          fc.pre(amount > 0n);
          const before = structuredClone(book.lots(member));
          const { transaction } = book.posted(book.make.redeem(member, amount, { debitOrder: fifo ? 'fifo' : 'expiry_first' }));
          const next = Math.min(
            ...before
              .filter((lot) => lot.remaining > 0n && lot.expiresAt && lot.expiresAt > book.now)
              .map((lot) => lot.expiresAt?.getTime() ?? 0),
          );
          if (Number.isFinite(next)) book.at(new Date(next - 1));
          for (const cut of cuts)
            book.post(book.make.reverse(member, transaction.id, { share: { part: (amount * BigInt(cut)) / 2_000n } }));
          book.post(book.make.reverse(member, transaction.id, { lapsed: { policy: 'expire' } }));
          // The sweep that `expire` brings along may have taken what had lapsed before; of what was spendable all is as it was.
          const live = (lots: readonly LotState[]) => lots.filter((lot) => lot.expiresAt === null || lot.expiresAt > book.now);
          expect(live(book.lots(member))).toEqual(live(before));
          book.audit();
        },
      ),
      300,
    );
  });

  test('C11.3: any partition of a full refund claws back exactly the earn', () => {
    const parts = fc.array(fc.bigInt(1n, 10_000n), { minLength: 1, maxLength: 12 });
    return always(
      fc.property(fc.bigInt(0n, 10n ** 6n), parts, fc.array(fc.bigInt(0n, 10n ** 6n), { maxLength: 5 }), (points, shares, spends) => {
        const book = new LedgerBook();
        const member = book.account();
        book.posted(book.make.earn(member, 10n ** 12n));
        const earn = points === 0n ? book.make.post(member, [], { kind: 'earn' }) : book.make.earn(member, points);
        book.posted(earn);
        const whole = shares.reduce((sum, share) => sum + share, 0n);
        let back = 0n;
        shares.forEach((part, index) => {
          const spend = spends[index] ?? 0n;
          if (spend > 0n) book.posted(book.make.redeem(member, spend, { debitOrder: index % 2 ? 'fifo' : 'expiry_first' }));
          const { transaction } = book.posted(book.make.reverse(member, earn.id, { share: { part, whole } }));
          back -= transaction.amount;
          expect(transaction.once).toBe(index === shares.length - 1 ? 'reversal' : null);
        });
        expect(back).toBe(points);
        expect(book.post(book.make.reverse(member, earn.id))).toMatchObject([{ reason: 'already_reversed' }]);
        book.audit();
      }),
      1_000,
    );
  });

  test('C11.4: any operation sent n times under its reference = once', async () => {
    await always(
      fc.asyncProperty(histories(15), fc.integer({ min: 2, max: 4 }), async (steps, times) => {
        const { book, trial } = bookTrial();
        const post = (commands: LedgerCommand[]): Verdict[] => {
          const named = commands.map((command) => ({ ...command, reference: command.reference ?? referenceOf(newId()) }));
          const copies = named.flatMap((command) =>
            Array.from({ length: times }, (_, copy) => (copy === 0 ? command : { ...command, id: newId() })),
          );
          const verdicts = book.post(...copies);
          for (let at = 0; at < copies.length; at += times) {
            const [first, ...rest] = verdicts.slice(at, at + times) as [Verdict, ...Verdict[]];
            // A debt that had become payable is paid with the first of them, once, whatever its own verdict.
            const again =
              first.outcome === 'posted'
                ? { outcome: 'replayed', transaction: first.transaction, hold: first.hold }
                : { ...first, settled: undefined };
            for (const verdict of rest) expect(verdict).toEqual(again);
          }
          return verdicts.filter((_, index) => index % times === 0);
        };
        await compareWithModel({ ...trial, post }, steps);
      }),
      100,
    );
  });

  test('C11.6: the expiry job run never, often or late: the same answers and the same end', async () => {
    await always(
      fc.asyncProperty(histories(25), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }), async (steps, sweeps) => {
        const { book: never, trial } = bookTrial();
        const often = new LedgerBook();
        often.state.accounts.clear();
        for (const account of never.state.accounts.values()) often.state.accounts.set(account.id, { ...account });
        const members = trial.accounts.slice(0, 3).map(({ id }) => id);
        const job = (book: LedgerBook) => book.post(...members.map((member) => never.make.expire(member)));
        let list = 0;
        const post = (commands: LedgerCommand[]): Verdict[] => {
          const moving = commands.filter((command) => command.act !== 'expire');
          often.at(never.now);
          for (let run = sweeps[list++ % 60] ?? 0; run > 0; run--) job(often);
          const [verdicts, others] = [never.post(...moving), often.post(...moving)];
          expect(others.map(saidOf)).toEqual(verdicts.map(saidOf));
          return verdicts;
        };
        const withoutJob = steps.map((step) => ({ ...step, moves: step.moves.filter((move) => move.act !== 'expire') }));
        await compareWithModel({ ...trial, post }, withoutJob);
        const end = new Date(never.now.getTime() + HOUR);
        for (const book of [never, often]) {
          book.at(end);
          job(book);
          book.audit();
        }
        expect(endOf(often)).toEqual(endOf(never));
      }),
      200,
    );
  });

  test('C11.6: late by days it expires what it would have expired in time', () => {
    const endAfter = (...days: number[]) => {
      const book = new LedgerBook();
      const member = book.account();
      for (const life of [1, 2, 3])
        book.posted(
          book.make.earn(member, 10n, { earnedAt: book.now, availableAt: book.now, expiresAt: new Date(book.now.getTime() + life * DAY) }),
        );
      const start = book.now.getTime();
      for (const day of days) book.at(new Date(start + day * DAY)).post(book.make.expire(member));
      return [book.left(member), book.of(book.expired).posted];
    };
    expect(endAfter(1, 1, 2, 2, 2, 3)).toEqual([[0n, 0n, 0n], 30n]);
    expect(endAfter(9)).toEqual(endAfter(1, 2, 3));
  });
});

/** What a caller is told, but for balances, on which lapsed points may still stand, and the sweeps and paid debts that follow or came before. */
function saidOf(verdict: Verdict): unknown {
  if (verdict.outcome === 'refused') return { ...verdict, settled: undefined };
  return {
    outcome: verdict.outcome,
    id: verdict.transaction.id,
    amount: verdict.transaction.amount,
    hold: 'hold' in verdict ? verdict.hold : undefined,
  };
}

/** Every balance, lot and hold, but for the ids of lots, which are made anew in each book. */
const endOf = (book: LedgerBook) => ({
  accounts: [...book.state.accounts.values()].map(({ id, posted, held }) => [id, posted, held]),
  lots: [...book.state.lots.values()].map(({ id: _, parentId: __, ...lot }) => lot),
  holds: [...book.state.holds.values()],
});
