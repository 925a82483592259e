import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@tallystick/kernel';
import {
  AccountBalances,
  PostTransactions,
  type AccountBalance,
  type LedgerCommand,
  type LotTerms,
  type Verdict,
} from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import fc from 'fast-check';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../test/support/database.js';
import { commandsFor, DAY, HOUR, referenceOf } from '../../../test/support/ledger-commands.js';
import { databaseTrial } from '../../../test/support/ledger-database-trial.js';
import { histories } from '../../../test/support/ledger-histories.js';
import { brokenInvariants } from '../../../test/support/ledger-invariants.js';
import { compareWithModel } from '../../../test/support/ledger-trial.js';
import { insertTenant, ledgerFixture, type LedgerFixture } from '../../../test/support/ledger.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let ledger: LedgerFixture;
let make: ReturnType<typeof commandsFor>;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
});
beforeEach(async () => {
  ledger = await ledgerFixture(uow, await insertTenant(database.ownerUrl));
  make = commandsFor(ledger);
});
afterEach(async () => expect(await brokenInvariants(uow, ledger.ctx)).toEqual([]));
afterAll(async () => {
  await close();
  await database.close();
});

const balances = (...accounts: string[]): Promise<AccountBalance[]> =>
  uow.read(ledger.ctx, (tx) => new AccountBalances().now(tx, accounts));
const lasting = (ms: number): LotTerms => ({
  earnedAt: new Date(),
  availableAt: new Date(Date.now() - 1),
  expiresAt: new Date(Date.now() + ms),
});
const said = (verdicts: Verdict[]): string[] =>
  verdicts.map((verdict) => (verdict.outcome === 'refused' ? verdict.reason : verdict.outcome)).sort();
const count = (verdicts: Verdict[], outcome: string): number => said(verdicts).filter((word) => word === outcome).length;
const postedOf = (verdicts: Verdict[]): bigint[] =>
  verdicts.flatMap((verdict) => (verdict.outcome === 'posted' ? [verdict.transaction.amount] : []));
/** Sends each command in a list of its own, all at once. */
const atOnce = async (commands: LedgerCommand[], on = ledger): Promise<Verdict[]> =>
  (await Promise.all(commands.map((command) => on.post(command)))).flat();
const copies = (times: number, command: LedgerCommand): LedgerCommand[] =>
  Array.from({ length: times }, () => ({ ...command, id: newId() }));

/** Posts a list and keeps its transaction open until told to commit. */
function held(commands: LedgerCommand[]): { commit: () => void; verdicts: Promise<Verdict[]> } {
  let commit = (): void => undefined;
  const gate = new Promise<void>((resolve) => (commit = resolve));
  const verdicts = uow.run(ledger.ctx, async (tx) => {
    const posted = await new PostTransactions().execute(tx, commands);
    await gate;
    return posted;
  });
  return { commit: () => commit(), verdicts };
}

describe('C11.4: any operation sent n times at once = once', () => {
  test.each(['earn', 'redeem', 'transfer', 'hold', 'capture', 'release', 'reverse', 'expire'])('%s', async (act) => {
    const [member, other] = [await ledger.openAccount(), await ledger.openAccount()];
    await ledger.post(make.earn(member, 100n, lasting(HOUR)));
    const [hold, spent] = [make.hold(member, 30n), make.redeem(member, 20n)];
    await ledger.post(hold, spent);
    const reference = referenceOf(`once:${act}`);
    const commands: Record<string, LedgerCommand> = {
      earn: make.earn(member, 7n, undefined, { reference }),
      redeem: make.redeem(member, 7n, { reference }),
      transfer: make.transfer(member, other, 7n, { reference }),
      hold: make.hold(member, 7n, { reference }),
      capture: make.capture(member, hold.id, { amount: 7n, keepOpen: true, reference }),
      release: make.release(member, hold.id, { reference }),
      reverse: make.reverse(member, spent.id, { share: { part: 7n }, reference }),
      expire: make.expire(member, { reference }),
    };
    const then = act === 'expire' ? ledger.ahead(DAY) : ledger;
    const verdicts = await atOnce(copies(12, commands[act] as LedgerCommand), then);
    expect([count(verdicts, 'posted'), count(verdicts, 'replayed')]).toEqual([1, 11]);
    expect(
      new Set(verdicts.map((verdict) => (verdict.outcome === 'refused' ? '' : `${verdict.transaction.id} ${verdict.transaction.number}`)))
        .size,
    ).toBe(1);
    const [balance] = await balances(member);
    const expected = {
      earn: [87n, 30n],
      redeem: [73n, 30n],
      transfer: [73n, 30n],
      hold: [80n, 37n],
      capture: [73n, 23n],
      release: [80n, 0n],
      reverse: [87n, 30n],
      expire: [30n, 30n],
    };
    expect([balance?.posted, balance?.held]).toEqual(expected[act as keyof typeof expected]);
  });

  test('without a reference: a full reversal, the end of a hold', async () => {
    const member = await ledger.openAccount();
    const [hold, spent] = [make.hold(member, 30n), make.redeem(member, 20n)];
    await ledger.post(make.earn(member, 100n), hold, spent);
    expect(said(await atOnce(Array.from({ length: 12 }, () => make.reverse(member, spent.id))))).toEqual([
      ...Array<string>(11).fill('already_reversed'),
      'posted',
    ]);
    expect(said(await atOnce(Array.from({ length: 12 }, () => make.release(member, hold.id))))).toEqual([
      ...Array<string>(11).fill('hold_ended'),
      'posted',
    ]);
  });

  test('one reference for two accounts that nothing else ties together: one posts, the other is a conflict and not a fault', async () => {
    const [first, second] = [await ledger.openAccount(), await ledger.openAccount()];
    await ledger.post(make.earn(first, 100n), make.earn(second, 100n));
    const named = (account: string, content: string) => make.hold(account, 10n, { reference: referenceOf('hold:1', content) });
    const slow = held([named(first, 'a')]);
    await sleep(50);
    const quick = ledger.post(named(second, 'b'));
    await sleep(100);
    slow.commit();
    expect([...said(await slow.verdicts), ...said(await quick)]).toEqual(['posted', 'conflict']);
    expect((await balances(first, second)).map((balance) => balance.held).sort()).toEqual([0n, 10n]);
  });

  test('a target that is recorded while its reversal waits for the locks is reversed with all it needs, or not seen yet', async () => {
    const accounts = await Promise.all([1, 2, 3].map(() => ledger.openAccount()));
    const [member, other, third] = accounts as [string, string, string];
    await ledger.post(make.earn(member, 50n, lasting(HOUR)), make.earn(other, 100n), make.earn(third, 100n));
    const named = make.transfer(member, other, 50n, { reference: referenceOf('transfer:1') });
    const back = () => make.reverse(member, { reference: 'transfer:1' }, { shortage: 'refuse' });
    // What was transferred is spent: it has to come out of the other lots of an account that the second list only credits.
    const slow = held([named, make.redeem(other, 50n)]);
    await sleep(50);
    const [unseen, seen] = [ledger.post(back()), ledger.post(make.transfer(third, other, 1n), back())];
    await sleep(100);
    slow.commit();
    expect(said(await slow.verdicts)).toEqual(['posted', 'posted']);
    expect([said(await unseen), said(await seen)]).toEqual([['unknown_transaction'], ['posted', 'posted']]);
    expect((await balances(member, other)).map(({ posted }) => posted).sort()).toEqual([50n, 51n]);
  });
});

describe('C1.11: races', () => {
  test('redemptions against the expiry of the very points: each point goes one way', async () => {
    const member = await ledger.openAccount();
    await ledger.post(make.earn(member, 400n, lasting(400)));
    const race = Array.from({ length: 60 }, async (_, index) => {
      await sleep(300 + index * 4);
      return ledger.post(index % 3 ? make.redeem(member, 10n) : make.expire(member));
    });
    const verdicts = (await Promise.all(race)).flat();
    await sleep(150);
    verdicts.push(...(await ledger.post(make.expire(member))));
    expect(postedOf(verdicts).reduce((sum, amount) => sum + amount, 0n)).toBe(-400n);
    expect(verdicts.filter((verdict) => verdict.outcome === 'posted' && verdict.transaction.kind === 'expire')).toHaveLength(1);
    expect((await balances(member))[0]).toMatchObject({ posted: 0n, available: 0n });
  });

  test('captures against releases of one hold: one ends it, parts before it stand', async () => {
    for (let round = 0; round < 10; round++) {
      const member = await ledger.openAccount();
      const hold = make.hold(member, 60n);
      await ledger.post(make.earn(member, 100n), hold);
      const verdicts = await atOnce([
        ...[1, 2, 3].map(() => make.capture(member, hold.id, { amount: 10n, keepOpen: true })),
        make.capture(member, hold.id),
        make.capture(member, hold.id, { amount: 20n }),
        make.release(member, hold.id),
        make.release(member, hold.id, { cause: 'expired' }),
      ]);
      expect(verdicts.filter((verdict) => verdict.outcome === 'posted' && verdict.transaction.once === 'hold_end')).toHaveLength(1);
      const captured = verdicts.flatMap((verdict) =>
        verdict.outcome === 'posted' && verdict.transaction.kind === 'capture' ? [verdict.transaction.amount] : [],
      );
      expect((await balances(member))[0]).toMatchObject({ posted: 100n + captured.reduce((sum, amount) => sum + amount, 0n), held: 0n });
    }
  });

  test('partial reversals at once never exceed the whole (C2.4)', async () => {
    const member = await ledger.openAccount();
    const spent = make.redeem(member, 100n);
    await ledger.post(make.earn(member, 40n, lasting(HOUR)), make.earn(member, 60n), spent);
    const verdicts = await atOnce(Array.from({ length: 16 }, () => make.reverse(member, spent.id, { share: { part: 30n } })));
    expect(said(verdicts)).toEqual([...Array<string>(13).fill('outside_limits'), ...Array<string>(3).fill('posted')]);
    expect(said(await atOnce(copies(8, make.reverse(member, spent.id))))).toEqual([...Array<string>(7).fill('already_reversed'), 'posted']);
    expect((await balances(member))[0]).toMatchObject({ posted: 100n, available: 100n });
  });

  test('refunds in thirds at once: 33, 34 and 33 in whatever order (C3.6)', async () => {
    const member = await ledger.openAccount();
    const earned = make.earn(member, 100n, undefined, { reference: referenceOf('purchase:3') });
    await ledger.post(earned);
    const verdicts = await atOnce(
      Array.from({ length: 9 }, () => make.reverse(member, { reference: 'purchase:3' }, { share: { part: 1n, whole: 3n } })),
    );
    expect(postedOf(verdicts).sort()).toEqual([-33n, -33n, -34n]);
  });

  test('redemptions against the take-back of the earning they spend: never below nothing (C3.3)', async () => {
    for (let round = 0; round < 5; round++) {
      const member = await ledger.openAccount();
      const earned = make.earn(member, 100n);
      await ledger.post(earned);
      const verdicts = await atOnce([...Array.from({ length: 12 }, () => make.redeem(member, 10n)), make.reverse(member, earned.id)]);
      const [balance] = await balances(member);
      expect(balance?.posted).toBe(100n + postedOf(verdicts).reduce((sum, amount) => sum + amount, 0n));
      expect(verdicts.at(-1)).toMatchObject({ outcome: 'posted' });
    }
  });

  test('40 redemptions of 10 from 100: ten succeed (LED-04)', async () => {
    const member = await ledger.openAccount();
    await ledger.post(...Array.from({ length: 10 }, () => make.earn(member, 10n, lasting(HOUR))));
    const verdicts = await atOnce(Array.from({ length: 40 }, () => make.redeem(member, 10n)));
    expect([count(verdicts, 'posted'), count(verdicts, 'insufficient')]).toEqual([10, 30]);
  });
});

describe('C11.5: the balance as of T, from history, is the balance that was answered at T (LED-09)', () => {
  test('at every step of random histories', async () => {
    await fc.assert(
      fc.asyncProperty(histories(15), async (steps) => {
        const { trial, ctx } = await databaseTrial(uow, database.ownerUrl);
        const answered: AccountBalance[] = [];
        const ids = trial.accounts.map(({ id }) => id);
        let ahead = 0;
        const pass = (hours: number): void => {
          ahead += hours * HOUR;
          trial.pass(hours);
        };
        const post = async (commands: LedgerCommand[]): Promise<Verdict[]> => {
          const verdicts = await trial.post(commands);
          answered.push(...(await uow.read({ ...ctx, clockOffsetMs: ahead }, (tx) => new AccountBalances().now(tx, ids))));
          await sleep(2); // the next list is of another moment
          return verdicts;
        };
        const { model } = await compareWithModel({ ...trial, pass, post }, steps);
        for (const { accountId, posted, asOf } of answered) {
          const then = [...(model.accounts.get(accountId)?.history ?? [])].filter(([moment]) => moment <= asOf.getTime()).at(-1);
          expect(posted).toBe(then?.[1] ?? 0n);
        }
        const recomputed = await uow.read(ctx, async (tx) => {
          const again: (AccountBalance | null)[] = [];
          for (const { accountId, asOf } of answered) again.push(await new AccountBalances().asOf(tx, accountId, asOf));
          return again;
        });
        expect(recomputed).toEqual(answered);
      }),
      { numRuns: 8, interruptAfterTimeLimit: 60_000 },
    );
  });

  test('what is posted for an earlier day does not change it', async () => {
    const member = await ledger.openAccount();
    await ledger.post(make.earn(member, 100n));
    const [before] = await balances(member);
    await sleep(5);
    await ledger.post(make.earn(member, 50n, undefined, { effectiveAt: new Date(Date.now() - 3 * DAY) }));
    expect(await uow.read(ledger.ctx, (tx) => new AccountBalances().asOf(tx, member, before?.asOf as Date))).toEqual(before);
  });
});
