import { ReworthAuthController } from './auth/auth.controller.js';
import { ReworthPingController } from './health/ping.controller.js';
import { ReworthMyFiController } from './my-fi/my-fi.controller.js';
import { ReworthTransactionsController } from './transactions/transactions.controller.js';
import { ReworthWebhookController } from './webhook/webhook.controller.js';

/** The controllers of the dialect, for the module of the app. */
export const REWORTH_CONTROLLERS = [
  ReworthPingController,
  ReworthAuthController,
  ReworthMyFiController,
  ReworthTransactionsController,
  ReworthWebhookController,
];
