import { ReworthAuthController } from './auth/auth.controller.js';
import { ReworthDirectoryController } from './directory/directory.controller.js';
import { DirectoryGuests } from './directory/guests.js';
import { ReworthPingController } from './health/ping.controller.js';
import { ReworthMyFiController } from './my-fi/my-fi.controller.js';
import { ReworthTransactionsController } from './transactions/transactions.controller.js';
import { ReworthWebhookController } from './webhook/webhook.controller.js';

/** The controllers of the dialect, for the module of the app. */
export const REWORTH_CONTROLLERS = [
  ReworthPingController,
  ReworthAuthController,
  ReworthDirectoryController,
  ReworthMyFiController,
  ReworthTransactionsController,
  ReworthWebhookController,
];

/** What they stand on besides the operations of the libs. */
export const REWORTH_PROVIDERS = [DirectoryGuests];
