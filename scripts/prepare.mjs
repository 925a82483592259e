// What every command needs first: the packages installed and the sources built, each only when something changed.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLock } from './lock.mjs';

/** The folder of the project. */
export const root = path.resolve(import.meta.dirname, '..');
const SOURCES = ['apps', 'libs', 'migrations', 'scripts', 'test/bench', '.swcrc', 'package.json'];

const hash = (text) => createHash('sha256').update(text).digest('hex');
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const inRoot = (...parts) => path.join(root, ...parts);

/**
 * Runs a program and waits for its end; `children` collects what runs, for the one who may have to end it, `listen` is given the process.
 * @throws Error when it fails
 */
export async function run(command, args, { children = new Set(), listen, ...options } = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
  children.add(child);
  listen?.(child);
  const code = await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(error.code === 'ENOENT' ? new Error(`the program ${command} is not installed`) : error));
    child.once('exit', (status, signal) => resolve(status ?? signal));
  }).finally(() => children.delete(child));
  if (code !== 0) throw new Error(`${[path.basename(command), ...args].join(' ')} failed (${code})`);
}

const npm = (args, options) => {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js')
    ? run(process.execPath, [cli, ...args], options)
    : run('npm', args, { ...options, shell: process.platform === 'win32' });
};

/** Installs and builds what is missing or out of date. Two commands at once take turns. */
export async function prepare({ say = () => undefined, children } = {}) {
  const file = path.join(tmpdir(), `tallystick-prepare-${hash(root).slice(0, 16)}.lock`);
  let lock = takeLock(file, 'scripts');
  for (let told = false; lock.heldBy; lock = takeLock(file, 'scripts')) {
    if (!told) say('waiting for another command that installs or builds in this folder');
    told = true;
    await sleep(250);
  }
  try {
    if (!isInstalled()) {
      say('installing packages (once, about a minute)');
      await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], { children });
      writeFileSync(inRoot('node_modules/.tallystick'), hash(read(inRoot('package-lock.json'))));
    }
    const stamp = sourceStamp();
    if (read(inRoot('dist/.stamp')) !== stamp) {
      say('building');
      await npm(['run', '--silent', 'build'], { children });
      removeOrphans(inRoot('dist'));
      writeFileSync(inRoot('dist/.stamp'), stamp);
    }
  } finally {
    lock.release();
  }
}

function isInstalled() {
  const modified = (file) => statSync(inRoot(file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!existsSync(inRoot('node_modules/.package-lock.json')) || !existsSync(inRoot('node_modules/@swc/cli'))) return false;
  return (
    read(inRoot('node_modules/.tallystick')) === hash(read(inRoot('package-lock.json'))) ||
    modified('node_modules/.package-lock.json') >= modified('package-lock.json')
  );
}

function sourceStamp() {
  const sum = createHash('sha256');
  for (const source of SOURCES) {
    const files = !existsSync(inRoot(source))
      ? []
      : statSync(inRoot(source)).isFile()
        ? [source]
        : readdirSync(inRoot(source), { recursive: true })
            .sort()
            .map((file) => path.join(source, file));
    for (const file of files)
      if (statSync(inRoot(file)).isFile())
        sum
          .update(file)
          .update('\0')
          .update(readFileSync(inRoot(file)));
  }
  return sum.digest('hex');
}

/** Built files of sources that are gone: a deleted migration must not run again. */
function removeOrphans(dist) {
  for (const file of readdirSync(dist, { recursive: true })) {
    if (file.endsWith('.js') && !existsSync(inRoot(file.replace(/\.js$/, '.ts')))) {
      for (const built of [file, `${file}.map`]) rmSync(path.join(dist, built), { force: true });
    }
  }
}
