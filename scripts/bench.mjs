// `npm run bench`: measures the ledger and the API on a database of its own. Options: see test/bench/options.ts.
import './node-version.mjs';

import('./command.mjs').then(({ command }) =>
  command(['dist/test/bench/main.js', ...process.argv.slice(2)], { say: (text) => console.error(text) }),
);
