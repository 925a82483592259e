import { debtAccountId } from './accounts.js';
import type { LedgerCommand } from './commands.js';
import type { Effects } from './effects.js';
import { freeOf, inDebitOrder, sumOf, takeFrom } from './lots.policy.js';
import { Posting } from './posting.js';
import { heirOf, type AccountState, type LedgerState, type LedgerTransaction } from './state.js';

/** What an account owes. */
export function owedBy(state: LedgerState, account: AccountState): bigint {
  const debt = account.debtId === null ? undefined : state.accounts.get(account.debtId);
  return debt ? -debt.posted : 0n;
}

/** The account on which another one owes, opened when it begins to. */
export function debtOf({ state, effects }: Posting, account: AccountState): AccountState {
  const known = account.debtId === null ? undefined : state.accounts.get(account.debtId);
  if (known) return known;
  const id = debtAccountId(account.id);
  const debt: AccountState = {
    id,
    assetId: account.assetId,
    floor: null,
    lotted: false,
    debtId: null,
    successorId: null,
    posted: 0n,
    held: 0n,
    seq: 0n,
  };
  account.debtId = id;
  state.accounts.set(id, debt);
  effects.newDebts.set(account.id, debt);
  effects.accounts.add(account);
  return debt;
}

/** The accounts that a command may take from or give to. */
export function touchedBy(state: LedgerState, command: LedgerCommand): string[] {
  if (command.act === 'post') return [command.account, ...command.legs.flatMap((leg) => [leg.from, leg.to])];
  if ('to' in command) return [command.account, command.to];
  if (command.act !== 'reverse') return [command.account];
  const target = 'id' in command.target ? state.transactions.get(command.target.id) : state.references.get(command.target.reference);
  return [command.account, ...(target?.legs ?? []).flatMap((leg) => [heirOf(state, leg.from), heirOf(state, leg.to)])];
}

/**
 * Pays what accounts owe out of what has become available on them (C3.4), in the order in which it did: whether a worker came by at that
 * moment or a later command finds it, the same points are used. A lot that has lapsed since then had been used before it did: when a debt
 * begins nothing lapsed is left, so whatever has lapsed became available under the debt.
 */
export function settleDebts(
  state: LedgerState,
  effects: Effects,
  accountIds: readonly string[],
  after: string,
  now: Date,
  newId: () => string,
): LedgerTransaction[] {
  const settled: LedgerTransaction[] = [];
  for (const id of new Set(accountIds)) {
    const account = state.accounts.get(id);
    const owed = account ? owedBy(state, account) : 0n;
    if (!account || owed === 0n) continue;
    const open = (state.lotsOf.get(id) ?? []).filter((lot) => lot.availableAt <= now && freeOf(lot) > 0n);
    const used = takeFrom(
      inDebitOrder(open).sort((a, b) => a.availableAt.getTime() - b.availableAt.getTime()),
      owed,
    );
    if (used.length === 0) continue;
    const posting = new Posting(state, effects, { id: newId(), kind: 'settle', account: id, details: { after } }, now, newId);
    for (const { lot, amount } of used) posting.use(lot, { remaining: -amount });
    posting.move(id, account.debtId as string, sumOf(used));
    settled.push(posting.close({ refId: used[0]?.lot.transactionId ?? null }));
  }
  return settled;
}
