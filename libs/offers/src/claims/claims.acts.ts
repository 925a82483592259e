import { defineAct } from '@tallystick/platform';

export const ClaimRaisedByStaff = defineAct({ name: 'claim.raised', description: 'Missing cashback was claimed for a member' });
export const ClaimLookedAtAgain = defineAct({ name: 'claim.rematched', description: 'The purchase of a claim was looked for again' });
export const ClaimAccepted = defineAct({ name: 'claim.accepted', description: 'A claim was accepted, and its purchase rewarded' });
export const ClaimRejected = defineAct({ name: 'claim.rejected', description: 'A claim was rejected' });
export const ClaimWithdrawn = defineAct({ name: 'claim.withdrawn', description: 'A claim was taken back' });
