import { defineAct } from '@tallystick/platform';

export const OfferCreated = defineAct({ name: 'offer.created', description: 'An offer was drafted' });
export const OfferUpdated = defineAct({ name: 'offer.updated', description: 'The terms of an offer were changed' });
export const OfferActivated = defineAct({ name: 'offer.activated', description: 'An offer was put into force' });
export const OfferPaused = defineAct({ name: 'offer.paused', description: 'An offer was paused' });
export const OfferEnded = defineAct({ name: 'offer.ended', description: 'An offer was ended for good' });
