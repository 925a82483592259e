import { tryMfa } from '../../../../test/support/mfa-trial.js';
import { PublicApiModule } from '../public-api.module.js';

tryMfa('public-api', (ground) => PublicApiModule.forRoot(ground));
