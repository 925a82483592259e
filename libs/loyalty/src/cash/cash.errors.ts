import { defineError } from '@tallystick/kernel';

export const CashRedemptionNotConfigured = defineError({
  code: 'cash_redemption_not_configured',
  kind: 'missing',
  message: 'Points are not redeemed to this currency',
  advice: 'Use a currency for which redemption is configured for this kind of user.',
});
export const CashRedemptionInactive = defineError({
  code: 'cash_redemption_inactive',
  kind: 'conflict',
  message: 'Redemption to this currency is switched off',
  advice: 'Try again when it is switched on.',
});
export const InsufficientPrefund = defineError({
  code: 'insufficient_prefund',
  kind: 'conflict',
  message: 'Redemption is temporarily unavailable',
  advice: 'Try again later; the points have not moved. Who administers the tenant deposits funds.',
});
