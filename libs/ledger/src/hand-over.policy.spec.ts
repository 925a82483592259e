import { newId } from '@tallystick/kernel';
import { LedgerBook } from '../../../test/support/ledger-book.js';
import { HOUR } from '../../../test/support/ledger-commands.js';

test.each(['swept in time', 'swept late'])(
  'what has lapsed with who goes on does not pay a debt that is handed over to them: %s (C11.6)',
  (when) => {
    const book = new LedgerBook();
    const [gone, heir] = [book.account(), book.account()];
    const earned = book.posted(book.make.earn(gone, 10n)).transaction;
    book.posted(book.make.redeem(gone, 10n));
    book.posted(book.make.reverse(gone, { id: earned.id }, { shortage: 'owe' }));
    book.posted(book.make.earn(heir, 7n, { earnedAt: book.now, availableAt: book.now, expiresAt: new Date(book.now.getTime() + HOUR) }));
    book.at(new Date(book.now.getTime() + 2 * HOUR));
    if (when === 'swept in time') book.posted(book.make.expire(heir));
    book.posted({ act: 'hand_over', kind: 'transfer', id: newId(), account: gone, to: heir, expired: book.expired });
    const { debtId } = book.state.accounts.get(heir)!;
    expect([book.of(heir).posted, book.of(book.expired).posted, book.of(debtId!).posted]).toEqual([0n, 7n, -10n]);
    book.audit();
  },
);
