import 'reflect-metadata';
import { configOrExit, serve } from '@tallystick/platform';
import { PublicApiModule } from './public-api.module.js';

await serve('public-api', configOrExit(), (ground) => PublicApiModule.forRoot(ground));
