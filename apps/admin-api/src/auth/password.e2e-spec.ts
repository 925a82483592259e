import { tryPasswords } from '../../../../test/support/password-trial.js';
import { AdminApiModule } from '../admin-api.module.js';

tryPasswords('admin-api', (ground) => AdminApiModule.forRoot(ground));
