import { defineAct } from '@tallystick/platform';

export const WalletCredited = defineAct({ name: 'wallet.credited', description: 'Points were credited to a wallet by hand' });
export const WalletDebited = defineAct({ name: 'wallet.debited', description: 'Points were debited from a wallet by hand' });
export const AdjustmentRequested = defineAct({
  name: 'wallet_adjustment.requested',
  description: 'A manual credit or debit was asked for that needs a second person',
});
export const AdjustmentApproved = defineAct({
  name: 'wallet_adjustment.approved',
  description: 'A second person approved a manual credit or debit, which was posted',
});
export const AdjustmentRejected = defineAct({
  name: 'wallet_adjustment.rejected',
  description: 'A second person rejected a manual credit or debit',
});
