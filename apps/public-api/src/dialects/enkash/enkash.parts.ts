import { PartnerLocks } from './auth/partner-locks.js';
import { PartnerTokens } from './auth/partner-tokens.js';
import { EnkashTokenController } from './auth/token.controller.js';
import { EnkashCardsController } from './cards/cards.controller.js';
import { EnkashPointsController } from './cards/points.controller.js';
import { EnkashBalanceController } from './coins/balance.controller.js';
import { EnkashCoinsController } from './coins/coins.controller.js';
import './enkash.dialect.js';

/** The controllers of the dialect, for the module of the app. */
export const ENKASH_CONTROLLERS = [
  EnkashTokenController,
  EnkashPointsController,
  EnkashCardsController,
  EnkashCoinsController,
  EnkashBalanceController,
];

/** What they stand on besides the operations of the libs. */
export const ENKASH_PROVIDERS = [PartnerLocks, PartnerTokens];
