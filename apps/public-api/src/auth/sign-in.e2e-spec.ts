import { describeSignIn } from '../../../../test/support/sign-in-trial.js';
import { PublicApiModule } from '../public-api.module.js';

describeSignIn('public-api', (ground) => PublicApiModule.forRoot(ground));
