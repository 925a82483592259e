import { defineAct } from '@tallystick/platform';

export const CoinEventCreated = defineAct({ name: 'coin_event.created', description: 'A coin event was configured' });
export const CoinEventUpdated = defineAct({ name: 'coin_event.updated', description: 'The configuration of a coin event was changed' });
export const CoinEventDeleted = defineAct({ name: 'coin_event.deleted', description: 'The configuration of a coin event was removed' });
export const CoinCompanyOpened = defineAct({
  name: 'coin_company.opened',
  description: 'A company whose users are given coins was opened',
});
export const CoinCompanyRenamed = defineAct({
  name: 'coin_company.renamed',
  description: 'A company whose users are given coins was renamed',
});
export const CoinUserEnrolled = defineAct({ name: 'coin_user.enrolled', description: 'A member became a user of a company' });
