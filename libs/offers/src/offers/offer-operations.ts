/** What is done with offers. */
export const OFFER_OPERATIONS = [] as const;
