import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import { defineAct, type UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../test/support/database.js';
import { accessEntities, openTenant } from '../../test/support/identity.js';
import { tamper } from '../../test/support/tamper.js';
import { verifyAuditCommand } from './verify-audit-command.js';

const BellRung = defineAct({ name: 'bell.rung', description: 'A bell was rung' });
const platform = requestContext({ tenantId: null, actor: { type: 'system' as const, id: 'test' }, requestId: 'req-0001' });

let database: TestDatabase;
let uow: UnitOfWork;
let closeUow: () => Promise<void>;
let folder: string;
let ctx: TenantContext;
let slug: string;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close: closeUow } = await openUnitOfWork(database.appUrl, { entities: accessEntities }));
  await uow.platform(platform, (tx) => Promise.resolve(tx.audit(BellRung)));
});
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tallystick-audit-'));
  slug = `bells-${newId().slice(-12)}`;
  ctx = await openTenant(uow, { slug });
  await ring(5);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(async () => {
  await closeUow();
  await database.close();
});

async function ring(times: number): Promise<void> {
  for (let i = 1; i <= times; i++)
    await uow.run(ctx, (tx) => Promise.resolve(tx.audit(BellRung, { target: { type: 'bell', id: `b${i}` }, after: { loud: true } })));
}

async function verify(args: string[] = [], env: Record<string, string> = {}): Promise<{ status: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const status = await verifyAuditCommand({
    args,
    env: { DATABASE_URL: database.ownerUrl, INIT_CWD: folder, ...env },
    stdout: { write: (line) => (said.out += line) },
    stderr: { write: (line) => (said.err += line) },
  });
  return { status, ...said };
}

const inTrail = 'where tenant_id = $1 and number = 3';
const alter = (sql: string) => tamper(database.ownerUrl, sql, [ctx.tenantId]);

it('confirms every trail, of tenants and of the platform (AUD-04)', async () => {
  const { status, out, err } = await verify();
  expect([status, err]).toEqual([0, '']);
  expect(out).toMatch(/^The platform itself: 1 record, as recorded\. The last one stands for all: [0-9a-f]{64}\n/);
  expect(out).toContain(`Tenant ${slug}: 5 records, as recorded.`);
  expect(await verify(['--tenant', slug], { DATABASE_URL: database.workerUrl })).toMatchObject({
    status: 0,
    out: expect.stringContaining(`Tenant ${slug}: 5 records`),
  });
});

it.each([
  ['act', `act = 'bell.rang'`],
  ['actor', `actor_id = 'somebody'`],
  ['actor type', `actor_type = 'user'`],
  ['target', `target_id = 'b9'`],
  ['what was before', `before = '{}'`],
  ['what is after', `after = '{"loud":false}'`],
  ['outcome', `outcome = 'refused'`],
  ['address', `address = '192.0.2.1'`],
  ['agent', `user_agent = 'curl'`],
  ['request', `request_id = 'req-9999'`],
  ['moment', `recorded_at = recorded_at + interval '1 millisecond'`],
  ['name behind it', `on_behalf_of = 'somebody'`],
  ['id', `id = gen_random_uuid()`],
  ['hash', `hash = set_byte(hash, 31, get_byte(hash, 31) # 1)`],
])('names the first record whose %s a superuser altered', async (_, change) => {
  expect(await alter(`update audit_record set ${change} ${inTrail}`)).toBe(1);
  expect(await verify(['--tenant', slug])).toMatchObject({
    status: 1,
    out: `Tenant ${slug}: ALTERED. Record 3 is not what was recorded; 2 records before it as recorded.\n`,
  });
});

it('names a record that is missing, in the middle and at the end, and one that was slipped in', async () => {
  await alter(`delete from audit_record where tenant_id = $1 and number = 5`);
  expect((await verify(['--tenant', slug])).out).toContain('Record 5 is missing');
  await alter(`delete from audit_record ${inTrail}`);
  expect((await verify(['--tenant', slug])).out).toContain('Record 3 is missing');
});

it('notices a trail that was rewritten as a whole, against what was kept earlier', async () => {
  const kept = await verify(['--tenant', slug, '--json']);
  writeFileSync(path.join(folder, 'kept.jsonl'), kept.out);
  await ring(1);
  expect(await verify(['--tenant', slug, '--against', 'kept.jsonl'])).toMatchObject({ status: 0 });
  await alter('delete from audit_record where tenant_id = $1');
  await alter('delete from audit_head where tenant_id = $1');
  await ring(6);
  expect(await verify(['--tenant', slug])).toMatchObject({ status: 0 });
  expect(await verify(['--tenant', slug, '--against', 'kept.jsonl'])).toMatchObject({
    status: 1,
    out: expect.stringContaining(`Tenant ${slug}: ALTERED. Record 5 has another hash than it had earlier`),
  });
});

it('says in a sentence what keeps it from checking', async () => {
  expect(await verify(['bells'])).toMatchObject({ status: 2, err: expect.stringContaining('--help') });
  expect(await verify(['--tenant', 'nobody'])).toMatchObject({ status: 2, err: expect.stringContaining('there is no tenant nobody') });
  writeFileSync(path.join(folder, 'other.txt'), 'hello\n');
  expect(await verify(['--against', 'other.txt'])).toMatchObject({ status: 2, err: 'other.txt is not what --json printed\n' });
  expect(await verify(['--help'])).toMatchObject({ status: 0, out: expect.stringContaining('npm run verify-audit') });
});

it("names the bad record of the platform's own trail, whatever that of the tenants is", async () => {
  await tamper(database.ownerUrl, `update platform_audit_record set act = 'bell.stolen'`);
  const { status, out } = await verify();
  expect(status).toBe(1);
  expect(out).toMatch(/^The platform itself: ALTERED\. Record 1 is not what was recorded/);
  expect(out).toContain(`Tenant ${slug}: 5 records, as recorded.`);
});
