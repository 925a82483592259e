import { tryMfaRequired } from '../../../../test/support/mfa-required-trial.js';
import { AdminApiModule } from '../admin-api.module.js';

tryMfaRequired('admin-api', (ground) => AdminApiModule.forRoot(ground));
