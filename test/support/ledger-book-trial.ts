import { HOUSE_PURPOSES, houseAccountId } from '@tallystick/ledger';
import { LedgerBook } from './ledger-book.js';
import { HOUR } from './ledger-commands.js';
import { accountLine, holdLine, lotLine, type Snapshot, type Trial } from './ledger-trial.js';

/** The pure decision on trial, on a state in memory. */
export function bookTrial(): { book: LedgerBook; trial: Trial } {
  const book = new LedgerBook();
  const money = book.asset();
  for (let member = 0; member < 3; member++) book.account();
  for (const floor of [0n, -50n]) book.account({ lotted: false, floor });
  book.account({ lotted: false, assetId: money });
  const all = [...book.state.accounts.values()].map(({ id, assetId, lotted, floor }) => ({ id, asset: assetId, lotted, floor }));
  const houses = new Set([book.assetId, money].flatMap((asset) => HOUSE_PURPOSES.map((purpose) => houseAccountId(asset, purpose))));
  const accounts = [...all.filter(({ id }) => !houses.has(id)), ...all.filter(({ id }) => houses.has(id))];
  const snapshot = (): Snapshot =>
    [
      ...[...book.state.accounts.values()].map((account) => accountLine(account.id, account.posted, account.held)),
      ...[...book.state.lots.values()].map((lot) =>
        lotLine(
          lot.accountId,
          lot.transactionId,
          lot.original,
          lot.remaining,
          lot.held,
          lot.earnedAt,
          lot.availableAt <= book.now,
          lot.expiresAt,
        ),
      ),
      ...[...book.state.holds.values()].map((hold) => holdLine(hold.id, hold.captured, hold.released, hold.status)),
    ].sort();
  return {
    book,
    trial: {
      issuance: book.issuance,
      accounts,
      snapshot,
      now: () => book.now,
      pass: (hours) => void book.at(new Date(book.now.getTime() + hours * HOUR)),
      post: (commands) => book.post(...commands),
    },
  };
}
