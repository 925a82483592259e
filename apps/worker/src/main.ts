import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { configOrExit, serve } from '@tallystick/platform';
import { WorkerModule } from './worker.module.js';

// What jobs leave behind is collected when the heap has grown by half beyond what lives, and not first when it has several times as much: a
// long file is read in flat memory (FIL-02). It costs a few collections more.
setFlagsFromString('--heap-growing-percent=50');

await serve('worker', configOrExit(), (ground) => WorkerModule.forRoot(ground));
