// `npm test`: the whole suite, on a database of its own; arguments go to Jest.
import './node-version.mjs';

const args = process.argv.slice(2);
// Two at a time took four fifths of the time of one at a time on two cores.
if (!args.some((arg) => /^(-i|-w|--runInBand|--maxWorkers)/.test(arg))) args.unshift('--maxWorkers=2');
import('./command.mjs').then(({ command }) =>
  command(['node_modules/jest/bin/jest.js', ...args], { say: (text) => console.log(text), env: { ...process.env, NODE_ENV: 'test' } }),
);
