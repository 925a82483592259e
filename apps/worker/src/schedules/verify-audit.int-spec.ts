import type { TenantContext } from '@tallystick/kernel';
import { AuditTrail, VerifyAuditTrail } from '@tallystick/compliance';
import { createLogger, defineAct, Metrics, type UnitOfWork } from '@tallystick/platform';
import { FindTenant, TenantDirectory } from '@tallystick/tenancy';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities, openTenant } from '../../../../test/support/identity.js';
import { tamper } from '../../../../test/support/tamper.js';
import { WorkContexts } from '../tenants/work-contexts.js';
import { VerifyAuditTrails } from './verify-audit.schedule.js';

const GongStruck = defineAct({ name: 'gong.struck', description: 'A gong was struck' });

let database: TestDatabase;
let worker: { uow: UnitOfWork; close(): Promise<void> };
let app: { uow: UnitOfWork; close(): Promise<void> };
beforeAll(async () => {
  database = await createTestDatabase();
  worker = await openUnitOfWork(database.workerUrl, { entities: accessEntities });
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
});
afterAll(async () => {
  for (const each of [worker, app, database]) await each?.close();
});

const strike = (ctx: TenantContext): Promise<void> => app.uow.run(ctx, (tx) => Promise.resolve(tx.audit(GongStruck)));

it('writes the last hash of every trail into the log, and tells operators which one was altered (AUD-04)', async () => {
  const log: Record<string, unknown>[] = [];
  const logger = createLogger(
    { app: 'test', level: 'info' },
    { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const contexts = new WorkContexts(worker.uow, new TenantDirectory(worker.uow, new FindTenant()), logger);
  const metrics = new Metrics('test');
  const work = new VerifyAuditTrails(contexts, worker.uow, new VerifyAuditTrail(), metrics, logger);
  const altered = async () => /^audit_trails_altered\{[^}]*\} (\d+)$/m.exec(await metrics.registry.metrics())?.[1];
  const [sound, bad] = [await openTenant(app.uow), await openTenant(app.uow)];
  for (const ctx of [sound, sound, bad]) await strike(ctx);

  await work.run(new AbortController().signal);
  const records = (ctx: TenantContext) => log.find(({ tenant }) => tenant === ctx.tenantId)!;
  for (const ctx of [sound, bad]) {
    const rows = await app.uow.read(ctx, (tx) => new AuditTrail().list(tx, {}, 1));
    expect(records(ctx)).toMatchObject({
      message: 'an audit trail is as recorded',
      records: rows[0]!.number,
      hash: rows[0]!.hash.toString('hex'),
    });
  }
  expect(log.find(({ tenant }) => tenant === null)).toMatchObject({ message: 'an audit trail is as recorded' });
  expect(await altered()).toBe('0');

  await tamper(database.ownerUrl, `update audit_record set outcome = 'refused' where tenant_id = $1`, [bad.tenantId]);
  log.length = 0;
  await work.run(new AbortController().signal);
  expect(records(sound)).toMatchObject({ message: 'an audit trail is as recorded' });
  expect(records(bad)).toMatchObject({
    message: 'an audit trail was altered',
    problem: { number: '1', reason: 'is not what was recorded' },
  });
  expect(await altered()).toBe('1');
});
