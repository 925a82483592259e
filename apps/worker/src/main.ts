import 'reflect-metadata';
import { configOrExit, serve } from '@tallystick/platform';
import { WorkerModule } from './worker.module.js';

await serve('worker', configOrExit(), (ground) => WorkerModule.forRoot(ground));
