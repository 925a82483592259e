/** What is done with merchants. */
export const MERCHANT_OPERATIONS = [] as const;
