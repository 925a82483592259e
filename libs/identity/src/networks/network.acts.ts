import { defineAct } from '@tallystick/platform';

export const NetworkRequested = defineAct({ name: 'network.requested', description: 'A tenant asked for a network to be allowed' });
export const NetworkApproved = defineAct({ name: 'network.approved', description: "The platform allowed a tenant's network" });
export const NetworkRejected = defineAct({ name: 'network.rejected', description: "The platform refused a tenant's network" });
export const NetworkRemoved = defineAct({ name: 'network.removed', description: 'A tenant took a network off its list' });
