import 'reflect-metadata';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCatalogue } from '@tallystick/kernel';
import { actCatalogue, eventCatalogue, exampleOfEvent, jobCatalogue, STATUS_OF, type AppName } from '@tallystick/platform';
import { accessMatrix, type OperationAccess } from './contracts/access-matrix.js';
import { APP_MODULES, readContract } from './contracts/app-contract.js';
import { errorPage } from './contracts/error-page.js';
import type { Route } from './contracts/routes.js';

const load = (file: string): Promise<object> => import(pathToFileURL(file).href) as Promise<object>;

/** Prints what the code promises into `contracts/` and `docs/errors.md`: the same code gives the same bytes. */
async function emit(root: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const contracts = path.join(root, 'contracts');
  const files = new Map<string, string>();
  const write = (name: string, value: unknown): void => void files.set(name, `${JSON.stringify(value, null, 2)}\n`);
  const [routes, access] = [[], []] as [Route[], OperationAccess[]];
  for (const app of Object.keys(APP_MODULES) as AppName[]) {
    const contract = await readContract(app, version, { folder: path.join(root, 'dist/apps'), load });
    for (const [name, document] of contract.documents) write(`${name}.json`, document);
    routes.push(...contract.routes);
    access.push(...accessMatrix(app, contract));
  }
  write('routes.json', routes);
  write('access.json', access);
  for (const event of eventCatalogue()) {
    const { name, summary, schema } = event;
    write(`events/${name}.json`, {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: name,
      description: summary,
      ...schema,
      examples: [exampleOfEvent(event)],
    });
  }
  write(
    'jobs.json',
    jobCatalogue().map(({ name, summary, attempts, schema }) => ({ name, summary, attempts, schema })),
  );
  write('acts.json', actCatalogue());
  write(
    'errors.json',
    errorCatalogue().map((error) => ({ ...error, status: STATUS_OF[error.kind] })),
  );
  rmSync(contracts, { recursive: true, force: true });
  mkdirSync(path.join(contracts, 'events'), { recursive: true });
  for (const [name, text] of files) writeFileSync(path.join(contracts, name), text);
  mkdirSync(path.join(root, 'docs'), { recursive: true });
  writeFileSync(path.join(root, 'docs/errors.md'), errorPage(errorCatalogue()));
}

await emit(process.cwd());
process.exit(0);
