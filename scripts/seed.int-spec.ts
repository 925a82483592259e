import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tenantOfClientId, type CreatedApiClient } from '@tallystick/identity';
import { requestContext } from '@tallystick/kernel';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../test/support/database.js';
import { accessEntities, identityActs, systemContext } from '../test/support/identity.js';
import { authenticatorCode } from '../test/support/totp.js';
import type { DemoFacts } from './demo/demo.js';
import { seed } from './seed.js';

const key = randomBytes(32);
let database: TestDatabase;
let app: Awaited<ReturnType<typeof openUnitOfWork>>;
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let folder: string;
let file: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
  folder = mkdtempSync(path.join(tmpdir(), 'seed-'));
  file = path.join(folder, 'demo.json');
});
afterAll(async () => {
  await app?.close();
  await owner?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (): Promise<DemoFacts> => {
  await seed({ DATABASE_URL: database.ownerUrl, DEMO_FILE: file, TALLYSTICK_KEY: key.toString('base64') });
  return JSON.parse(readFileSync(file, 'utf8')) as DemoFacts;
};
const tokenOf = ({ clientId, clientSecret }: Omit<CreatedApiClient, 'id'>) =>
  app.uow.run(systemContext(tenantOfClientId(clientId)!), (tx) =>
    identityActs(app.uow, key).issueClientToken.execute(tx, { clientId, clientSecret }),
  );
const rows = async (): Promise<Record<string, number>> => {
  const tables = [
    'organization',
    'tenant',
    'api_client',
    'institution',
    'user_account',
    'platform_role',
    'mfa_recovery_code',
    'tenant_user',
    'program',
    'member',
    'ledger_transaction',
  ];
  const counts = await Promise.all(tables.map((table) => owner.dataSource.query(`select count(*)::int as count from ${table}`)));
  return Object.fromEntries(tables.map((table, i) => [table, counts[i][0].count as number]));
};

describe('the seed of the demo', () => {
  it('makes a bank whose credentials work, and tells them to nobody but the owner of the file', async () => {
    const demo = await run();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await tokenOf({ clientId: demo.client_id, clientSecret: demo.client_secret })).scope).toContain('points:write');
    await tokenOf({ clientId: demo.sandbox_client_id, clientSecret: demo.sandbox_client_secret });
    expect(demo.sandbox_client_secret).toMatch(/^tss_sandbox_/);
    const { signIn } = identityActs(app.uow, key);
    const credentials = { username: demo.admin_username, proof: { password: demo.admin_password }, kind: 'token' as const };
    const live = await signIn.execute({ requestId: 'test-0001' }, credentials);
    expect(live.user).toMatchObject({ role: 'tenant_admin', tenant: { slug: demo.tenant_slug } });
    const sandbox = await signIn.execute({ requestId: 'test-0001' }, { ...credentials, tenant: 'demo-sandbox' });
    expect(sandbox.user).toMatchObject({ role: 'tenant_admin', tenant: { slug: demo.sandbox_tenant_slug } });
    const approver = { username: demo.approver_username, proof: { password: demo.approver_password }, kind: 'token' as const };
    expect((await signIn.execute({ requestId: 'test-0001' }, approver)).user).toMatchObject({
      role: 'tenant_admin',
      tenant: { id: demo.tenant_id },
    });
  });

  it('makes a super admin with a second factor, whose secret it tells', async () => {
    const demo = await run();
    const [{ id }] = await owner.dataSource.query(
      `select u.id from user_account u join platform_role p on p.user_id = u.id where u.email = $1 and p.role = 'super_admin'`,
      [demo.super_admin_username],
    );
    const ctx = requestContext({ tenantId: null, actor: { type: 'user', id }, requestId: 'test-0001' } as const);
    const { mfa } = identityActs(app.uow, key);
    expect(await app.uow.platform(ctx, (tx) => mfa.check(tx, id, authenticatorCode(demo.super_admin_totp_secret)))).toBe(true);
  });

  it('changes nothing the second time', async () => {
    const [facts, before] = [await run(), await rows()];
    expect(await run()).toEqual(facts);
    expect(await rows()).toEqual(before);
  });

  it.each<[string, (facts: DemoFacts) => void]>([
    ['is lost', () => rmSync(file)],
    ['is broken', () => writeFileSync(file, '{')],
    ['has a secret of another database', (facts) => writeFileSync(file, JSON.stringify({ ...facts, client_secret: 'tss_live_x' }))],
    ['has a password of another time', (facts) => writeFileSync(file, JSON.stringify({ ...facts, admin_password: 'x' }))],
    ['is of a time without a super admin', ({ super_admin_username: _, ...facts }) => writeFileSync(file, JSON.stringify(facts))],
    ['is of a time without a second admin', ({ approver_username: _, ...facts }) => writeFileSync(file, JSON.stringify(facts))],
    ['has a TOTP secret of another time', (facts) => writeFileSync(file, JSON.stringify({ ...facts, super_admin_totp_secret: 'A' }))],
  ])('keeps the demo and makes new credentials when the file %s', async (_, damage) => {
    const [facts, before] = [await run(), await rows()];
    damage(facts);
    const renewed = await run();
    expect(renewed.client_id).not.toBe(facts.client_id);
    await tokenOf({ clientId: renewed.client_id, clientSecret: renewed.client_secret });
    await identityActs(app.uow, key).signIn.execute(
      { requestId: 'test-0001' },
      { username: renewed.admin_username, proof: { password: renewed.admin_password }, kind: 'token' },
    );
    expect(await rows()).toEqual({ ...before, api_client: before.api_client! + 2 });
  });

  it('says which settings it misses', async () => {
    await expect(seed({ DATABASE_URL: database.ownerUrl })).rejects.toThrow('DEMO_FILE');
  });
});
