import 'reflect-metadata';
import { configOrExit, serve } from '@tallystick/platform';
import { AdminApiModule } from './admin-api.module.js';

await serve('admin-api', configOrExit(), (ground) => AdminApiModule.forRoot(ground));
