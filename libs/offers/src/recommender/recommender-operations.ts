import { FindCustomer } from './find-customer.query.js';
import { LearnMerchants } from './learn-merchants.operation.js';

/** How it is learnt and told what a customer may like. */
export const RECOMMENDER_OPERATIONS = [FindCustomer, LearnMerchants] as const;
