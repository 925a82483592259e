import { GafapayUsers } from './gafapay-users.query.js';
import { GafapayPointsController } from './points.controller.js';
import { UserPoints } from './user-points.query.js';
import './gafapay.dialect.js';

/** The controllers of the dialect, for the module of the app. */
export const GAFAPAY_CONTROLLERS = [GafapayPointsController];

/** What they stand on besides the operations of the libs. */
export const GAFAPAY_PROVIDERS = [GafapayUsers, UserPoints];
