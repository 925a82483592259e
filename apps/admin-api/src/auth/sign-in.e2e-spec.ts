import { describeSignIn } from '../../../../test/support/sign-in-trial.js';
import { AdminApiModule } from '../admin-api.module.js';

describeSignIn('admin-api', (ground) => AdminApiModule.forRoot(ground));
