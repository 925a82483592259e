// `npm run floors`: checks who imports whom, and that the checker saw every file: with the wrong compiler it sees none and is content.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
/** The tests plant violations in a folder of their own. */
const house = path.resolve(process.argv[2] ?? root);
const rooms = ['apps', 'libs', 'scripts', 'migrations'].filter((room) => existsSync(path.join(house, room)));

const checker = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const { stdout, stderr } = spawnSync(
  process.execPath,
  [checker, ...rooms, '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
  {
    cwd: house,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  },
);
if (!stdout) fail([stderr.trim()]);

const { modules, summary } = JSON.parse(stdout);
const seen = new Set(modules.map(({ source }) => source));
const unseen = rooms
  .flatMap((room) => readdirSync(path.join(house, room), { recursive: true }).map((file) => path.posix.join(room, file)))
  .filter((file) => file.endsWith('.ts') && !seen.has(file));
const blind =
  modules.filter(({ source, dependencies }) => /^libs\/(?!kernel\/).*\.ts$/.test(source) && dependencies.length > 0).length === 0;
const complaints = [
  ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
  ...unseen.map((file) => `not seen by the checker: ${file}`),
  ...(blind ? ['the checker saw no import in any lib'] : []),
];
if (complaints.length > 0) fail(complaints);
console.log(`floors: ${seen.size} files, ${summary.totalDependenciesCruised} imports, all downwards`);

function fail(lines) {
  console.error(lines.join('\n'));
  process.exit(1);
}
