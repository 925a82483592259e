import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identityEntities } from '@tallystick/identity';
import { Keyring, UnitOfWork, createDataSource } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { DEMO, demoContext, type DemoFacts, type DemoGround } from './demo/demo.js';
import { makeHistory } from './demo/make-history.js';
import { isCurrent, openAccess } from './demo/open-access.js';
import { openInstitution } from './demo/open-institution.js';
import { openMoney } from './demo/open-money.js';
import { openOffers } from './demo/open-offers.js';
import { openProgram } from './demo/open-program.js';
import { isSuperAdmin, openSuperAdmin } from './demo/open-super-admin.js';
import { openTenants } from './demo/open-tenants.js';

/**
 * Seeds the demo into the database of `DATABASE_URL` (as its owner) and writes what a newcomer needs to `DEMO_FILE`. A second run changes
 * nothing; where the file is lost, the demo stays and gets new credentials.
 */
export async function seed(env: NodeJS.ProcessEnv): Promise<void> {
  const { DATABASE_URL: url, DEMO_FILE: file, TALLYSTICK_KEY: key } = env;
  if (!url || !file || !key) throw new Error('the seed needs DATABASE_URL, DEMO_FILE and TALLYSTICK_KEY');
  const dataSource = await createDataSource({ url, entities: [...tenancyEntities, ...identityEntities], name: 'seed' }).initialize();
  try {
    const ground: DemoGround = { uow: new UnitOfWork(dataSource), keyring: new Keyring([Buffer.from(key, 'base64')]) };
    await openTenants(ground);
    for (const tenantId of [DEMO.liveId, DEMO.sandboxId]) {
      await openProgram(ground, demoContext(tenantId));
      await openMoney(ground, demoContext(tenantId));
      await openInstitution(ground, demoContext(tenantId));
      await openOffers(ground, demoContext(tenantId));
    }
    const member = await makeHistory(ground, demoContext(DEMO.liveId));
    const known = readDemo(file);
    if (known && (await isCurrent(ground, known)) && (await isSuperAdmin(ground, known))) return;
    const access = { ...(await openAccess(ground)), ...(await openSuperAdmin(ground)) };
    writeDemo(file, {
      tenant_slug: DEMO.slug,
      tenant_id: DEMO.liveId,
      sandbox_tenant_slug: DEMO.sandboxSlug,
      currency: DEMO.currency,
      ...access,
      member_id: member.id,
      member_reference: member.reference,
    });
  } finally {
    await dataSource.destroy();
  }
}

function readDemo(file: string): DemoFacts | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoFacts;
  } catch {
    return null;
  }
}

function writeDemo(file: string, facts: DemoFacts): void {
  writeFileSync(`${file}.draft`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}

const started = process.argv[1] ?? '';
if (path.basename(started).startsWith('seed.')) {
  seed(process.env).catch((error: Error) => {
    console.error(`[seed] ${error.message}`);
    process.exitCode = 1;
  });
}
