import { tryMfa } from '../../../../test/support/mfa-trial.js';
import { AdminApiModule } from '../admin-api.module.js';

tryMfa('admin-api', (ground) => AdminApiModule.forRoot(ground));
