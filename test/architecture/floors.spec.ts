import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const check = (...args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.resolve('scripts/floors.mjs'), ...args], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
};

it('every import goes down the floors', () => {
  const { status, output } = check();
  expect(output).toMatch(/^floors: \d{3,} files, \d{3,} imports, all downwards/);
  expect(status).toBe(0);
});

describe('the checker of the floors', () => {
  let house: string;
  beforeEach(() => {
    mkdirSync('.data', { recursive: true });
    house = mkdtempSync(path.resolve('.data/house-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) cpSync(file, path.join(house, file));
    symlinkSync(path.resolve('node_modules'), path.join(house, 'node_modules'));
    for (const lib of ['kernel', 'platform', 'ledger', 'messaging', 'loyalty'])
      plant(`libs/${lib}/src/index.ts`, `export const ${lib} = 1;\n`);
    plant('libs/platform/src/clock.ts', `import { kernel } from '@tallystick/kernel';\nexport const clock = kernel;\n`);
  });
  afterEach(() => rmSync(house, { recursive: true, force: true }));

  const plant = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(house, file)), { recursive: true });
    writeFileSync(path.join(house, file), text);
  };

  it('is content with a house in order', () => {
    expect(check(house)).toMatchObject({ status: 0 });
  });

  it('finds every planted violation', () => {
    const planted = [
      ['floor-of-kernel', 'libs/kernel/src/a.ts', `export * from '@tallystick/platform';`],
      ['floor-of-ledger', 'libs/ledger/src/a.ts', `import type { loyalty } from '@tallystick/loyalty';\nexport type A = typeof loyalty;`],
      ['floor-of-ledger', 'libs/ledger/src/b.ts', `export { messaging } from '@tallystick/messaging';`],
      ['domain-code-does-not-send', 'libs/loyalty/src/a.ts', `export { messaging } from '@tallystick/messaging';`],
      ['only-by-its-root-name', 'libs/ledger/src/c.ts', `export { clock } from '../../platform/src/clock.js';`],
      ['apps-by-root-names', 'apps/worker/src/a.ts', `export { clock } from '../../../libs/platform/src/clock.js';`],
      ['one-app-does-not-import-another', 'apps/public-api/src/a.ts', `export * from '../../worker/src/b.js';`],
      ['a-lib-without-a-floor', 'libs/extras/src/index.ts', `export { kernel } from '@tallystick/kernel';`],
      ['nobody-imports-apps', 'libs/loyalty/src/b.ts', `export * from '../../../apps/worker/src/b.js';`],
      ['queues-in-one-place', 'libs/loyalty/src/c.ts', `export { Queue } from 'bullmq';`],
      ['database-through-the-unit-of-work', 'libs/loyalty/src/d.ts', `export { Client } from 'pg';`],
      ['kernel-is-plain', 'libs/kernel/src/b.ts', `export { Injectable } from '@nestjs/common';`],
      ['no-development-package-at-run-time', 'libs/loyalty/src/e.ts', `export * from 'fast-check';`],
      ['resolvable', 'libs/loyalty/src/f.ts', `export * from './gone.js';`],
      ['no-cycle', 'libs/loyalty/src/g.ts', `import { h } from './h.js';\nexport const g = () => h;`],
    ] as const;
    plant('apps/worker/src/b.ts', 'export const b = 1;\n');
    plant('libs/loyalty/src/h.ts', `import { g } from './g.js';\nexport const h = () => g;\n`);
    for (const [, file, text] of planted) plant(file, text);
    const { status, output } = check(house);
    expect(status).toBe(1);
    expect(planted.filter(([rule, file]) => !output.includes(`${rule}: ${file} -> `))).toEqual([]);
  });
});

describe('rooms', () => {
  it('every lib tells its invariants and has one face', () => {
    const missing = readdirSync('libs').flatMap((lib) =>
      ['README.md', 'src/index.ts'].map((file) => `libs/${lib}/${file}`).filter((file) => !existsSync(file)),
    );
    expect(missing).toEqual([]);
  });

  it('the file name of an operation or query is unique, so that a route leads to one file', () => {
    const files = ['apps', 'libs'].flatMap((room) => readdirSync(room, { recursive: true }).map((file) => path.join(room, String(file))));
    const acts = files.filter((file) => /\.(operation|query|job)\.ts$/.test(file));
    const twice = acts.filter((file) => acts.some((other) => other !== file && path.basename(other) === path.basename(file)));
    expect(acts.length).toBeGreaterThan(10);
    expect(twice).toEqual([]);
  });

  it('no room for everything and nothing', () => {
    const files = ['apps', 'libs', 'scripts', 'test'].flatMap((room) =>
      readdirSync(room, { recursive: true }).map((file) => path.join(room, String(file))),
    );
    expect(files.filter((file) => /(^|[/.-])(utils?|helpers?|common|shared|manager)([/.-]|$)/.test(file))).toEqual([]);
  });
});
