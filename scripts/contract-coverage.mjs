// Fails when an operation of the contracts was never answered with a success, or never with a refusal, in the tests that just ran.
// `node scripts/contract-coverage.mjs --reset` before the tests, without arguments after them.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const notes = path.join(root, 'coverage/contract');
const APPS = /^(public-api|admin-api|worker)(\.[a-z]+)?\.json$/;

if (process.argv.includes('--reset')) {
  rmSync(notes, { recursive: true, force: true });
  process.exit(0);
}

const seen = new Set();
for (const file of existsSync(notes) ? readdirSync(notes) : []) {
  for (const line of readFileSync(path.join(notes, file), 'utf8').split('\n')) {
    const [app, operation, status] = line.split(' ');
    if (status) seen.add(`${app} ${operation} ${status[0]}`);
  }
}

const operations = readdirSync(path.join(root, 'contracts')).flatMap((file) => {
  if (!APPS.test(file)) return [];
  const app = file.replace(/\.json$/, ''); // a dialect's answers are noted under the name of its contract
  const { paths } = JSON.parse(readFileSync(path.join(root, 'contracts', file), 'utf8'));
  return Object.values(paths).flatMap((item) =>
    Object.values(item).map(({ operationId, responses }) => ({ app, operationId, statuses: Object.keys(responses) })),
  );
});
const missing = operations.flatMap(({ app, operationId, statuses }) =>
  [
    ['2', 'success'],
    ['4', 'refusal'],
  ]
    // What is closed has no success to test.
    .filter(([digit]) => statuses.some((status) => status.startsWith(digit)))
    .flatMap(([digit, word]) => (seen.has(`${app} ${operationId} ${digit}`) ? [] : [`${app} ${operationId}: no test got a ${word}`])),
);
if (operations.length === 0) missing.push('no operation was found in contracts/');
for (const line of missing) console.error(line);
console.log(`${operations.length} operations, ${missing.length} without a test`);
process.exit(missing.length > 0 ? 1 : 0);
