import { defineAct } from '@tallystick/platform';

export const CashConfigCreated = defineAct({ name: 'cash_redemption_config.created', description: 'Redemption to money was configured' });
export const CashConfigUpdated = defineAct({
  name: 'cash_redemption_config.updated',
  description: 'The terms of redemption to money were changed',
});
export const CashConfigDeleted = defineAct({
  name: 'cash_redemption_config.deleted',
  description: 'A configuration of redemption to money was removed',
});
export const CashUserTypeSet = defineAct({
  name: 'cash_user_type.set',
  description: 'What kind of user a member is for redemption to money was set',
});
export const FundsDeposited = defineAct({ name: 'funds.deposited', description: "Money was added to a tenant's funds" });
