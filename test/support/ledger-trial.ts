import { strict as assert } from 'node:assert';
import type { LedgerCommand, Verdict } from '@tallystick/ledger';
import type { Step } from './ledger-histories.js';
import { LedgerModel } from './ledger-model.js';
import type { Expected } from './ledger-model-fact.js';
import { Narrator } from './ledger-narrator.js';

/** An account of a trial: `members` keep lots, the others do not. */
export interface TrialAccount {
  readonly id: string;
  readonly asset: string;
  readonly lotted: boolean;
  readonly floor: bigint | null;
}

/** What every account, lot and hold comes to, one line each, in the order of the text. */
export type Snapshot = readonly string[];

/** The ledger on trial. Of `accounts` the first three keep lots, the next three do not, the last of them in money; all house accounts follow. */
export interface Trial {
  readonly issuance: string;
  readonly accounts: readonly TrialAccount[];
  now(): Date;
  pass(hours: number): void;
  post(commands: LedgerCommand[]): Promise<Verdict[]> | Verdict[];
  snapshot(): Promise<Snapshot> | Snapshot;
}

const line = (...words: unknown[]): string => words.map(String).join(' ');
/** Lines of a snapshot; `ready` tells whether a lot has opened. */
export const accountLine = (id: string, posted: bigint | string, held: bigint | string): string => line('account', id, posted, held);
export const lotLine = (
  account: string,
  source: string,
  original: bigint | string,
  left: bigint | string,
  held: bigint | string,
  earnedAt: Date,
  ready: boolean,
  expiresAt: Date | null,
): string => line('lot', account, source, original, left, held, earnedAt.toISOString(), ready, expiresAt?.toISOString());
export const holdLine = (id: string, captured: bigint | string, released: bigint | string, status: string): string =>
  line('hold', id, captured, released, status);

function modelSnapshot(model: LedgerModel, now: Date): Snapshot {
  const lines = [...model.accounts.values()].flatMap((account) => [
    accountLine(account.id, account.balance, account.held),
    ...account.lots.map((lot) =>
      lotLine(
        account.id,
        lot.source,
        lot.original,
        lot.left,
        lot.held,
        lot.terms.earnedAt,
        lot.terms.availableAt <= now,
        lot.terms.expiresAt,
      ),
    ),
  ]);
  return [...lines, ...[...model.holds.values()].map((hold) => holdLine(hold.id, hold.captured, hold.released, hold.status))].sort();
}

/** A verdict in the model's words. */
function inModelsWords(verdict: Verdict): Expected {
  const settled =
    'settled' in verdict && verdict.settled ? { settled: -verdict.settled.reduce((sum, { amount }) => sum + amount, 0n) } : {};
  if (verdict.outcome === 'refused') return { ...verdict, ...settled };
  const { transaction } = verdict;
  if (verdict.outcome === 'conflict') return { outcome: 'conflict', id: transaction.id };
  const { captured, released, status } = verdict.hold ?? {};
  const hold = verdict.hold && { captured, released, status };
  if (verdict.outcome === 'replayed') return { outcome: 'replayed', id: transaction.id, hold };
  const shown = {
    outcome: 'posted',
    amount: transaction.amount,
    balance: transaction.balanceAfter,
    held: transaction.heldAfter,
    hold,
    ...settled,
  };
  return verdict.expired ? { ...shown, expired: verdict.expired.amount } : shown;
}

/** Carries out a history on the trial and on the model alike, and compares verdicts after each command and everything after each list. */
export async function compareWithModel(trial: Trial, steps: readonly Step[]): Promise<{ commands: number; model: LedgerModel }> {
  const model = new LedgerModel();
  for (const { id, asset, lotted, floor } of trial.accounts) model.open(id, asset, lotted, floor);
  const narrator = new Narrator(trial);
  let commands = 0;
  for (const { hours, moves } of steps) {
    trial.pass(hours);
    const list = moves.map((one) => narrator.command(one));
    const verdicts = await trial.post(list);
    const fresh = verdicts.find((verdict) => verdict.outcome === 'posted');
    const now = fresh?.outcome === 'posted' ? fresh.transaction.recordedAt : trial.now();
    const expected = list.map((command) => model.apply(command, now));
    list.forEach((command, index) =>
      assert.deepEqual(inModelsWords(verdicts[index] as Verdict), expected[index], `verdict on ${show(command)}`),
    );
    assert.deepEqual(await trial.snapshot(), modelSnapshot(model, now));
    narrator.learn(list, verdicts);
    commands += list.length;
  }
  return { commands, model };
}

const show = (command: LedgerCommand): string =>
  JSON.stringify(command, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
