import { defineAct } from '@tallystick/platform';

export const MerchantCreated = defineAct({ name: 'merchant.created', description: 'A merchant was registered' });
export const MerchantUpdated = defineAct({ name: 'merchant.updated', description: 'A merchant was changed' });
export const VenueCreated = defineAct({ name: 'venue.created', description: 'A venue of a merchant was registered' });
export const VenueUpdated = defineAct({ name: 'venue.updated', description: 'A venue of a merchant was changed' });
export const VenueRemoved = defineAct({ name: 'venue.removed', description: 'A venue of a merchant was removed' });
