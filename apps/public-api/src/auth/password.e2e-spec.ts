import { tryPasswords } from '../../../../test/support/password-trial.js';
import { PublicApiModule } from '../public-api.module.js';

tryPasswords('public-api', (ground) => PublicApiModule.forRoot(ground));
