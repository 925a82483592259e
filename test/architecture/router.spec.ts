import { readFileSync } from 'node:fs';
import { contractName, dialectAt, dialectsOf, type AppName } from '@tallystick/platform';
import { APP_MODULES, readContract, type AppContract } from '../../scripts/contracts/app-contract.js';
import { contractOperations, contractsOf } from '../support/contract-watch.js';

const APPS = Object.keys(APP_MODULES) as AppName[];
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const load = (file: string): Promise<object> => import(file) as Promise<object>;
const contracts = new Map<AppName, AppContract>();
beforeAll(async () => {
  for (const app of APPS) contracts.set(app, await readContract(app, version, { folder: 'apps', load }));
});

/** The folder that a path belongs to: that of its dialect, or its first noun after `/api/v1`. */
const folderOf = (app: AppName, path: string): string => {
  const dialect = dialectAt(app, path)?.dialect;
  return dialect ? `dialects/${dialect.name}` : path.replace(/^\/(api\/v1\/)?\.?/, '').split('/')[0]!;
};

describe.each(APPS)('the routes of %s', (app) => {
  const routes = () => contracts.get(app)!.routes;

  it('are some', () => {
    expect(routes().length).toBeGreaterThan(3);
  });

  it('lead to their code in ten seconds: host, first noun or dialect, controller', () => {
    const astray = routes().filter(({ path, file }) => !file.startsWith(`apps/${app}/src/${folderOf(app, path)}/`));
    expect(astray.map(({ path, file }) => `${path} is in ${file}`)).toEqual([]);
  });

  it('declare a permission, or that they are public (AZN-02)', () => {
    const declared = JSON.parse(readFileSync('contracts/routes.json', 'utf8')) as { app: string; permission: string | null }[];
    expect(routes().map(({ permission }) => permission)).toEqual(
      declared.filter((route) => route.app === app).map(({ permission }) => permission),
    );
  });

  it('are those of the committed contract, no more and no fewer (AZN-07)', () => {
    const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
    expect(routes().map(nameOf).sort()).toEqual(contractsOf(app).flatMap(contractOperations).map(nameOf).sort());
  });

  it('are described by the committed documents, byte for byte: one for the native surface, one for each dialect', () => {
    const { documents } = contracts.get(app)!;
    expect(contractsOf(app)).toEqual([app, ...dialectsOf(app).map((dialect) => contractName(app, dialect))]);
    const stale = [...documents].filter(
      ([name, document]) => `${JSON.stringify(document, null, 2)}\n` !== readFileSync(`contracts/${name}.json`, 'utf8'),
    );
    expect(stale.map(([name]) => name)).toEqual([]);
  });
});
