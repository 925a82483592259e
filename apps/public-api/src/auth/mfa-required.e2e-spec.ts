import { tryMfaRequired } from '../../../../test/support/mfa-required-trial.js';
import { PublicApiModule } from '../public-api.module.js';

tryMfaRequired('public-api', (ground) => PublicApiModule.forRoot(ground));
