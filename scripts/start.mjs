// `npm start`. Nothing newer than ECMAScript 2020 in this file: an old Node must get as far as the sentence.
import './node-version.mjs';

import('./start/main.mjs').then(({ main }) => main());
