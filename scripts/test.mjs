// `npm test`: the whole suite, on a database of its own; arguments go to Jest.
import './node-version.mjs';

import('./command.mjs').then(({ command }) =>
  command(['node_modules/jest/bin/jest.js', ...process.argv.slice(2)], {
    say: (text) => console.log(text),
    env: { ...process.env, NODE_ENV: 'test' },
  }),
);
