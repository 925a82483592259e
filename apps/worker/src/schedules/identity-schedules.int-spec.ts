import { newId, requestContext } from '@tallystick/kernel';
import {
  CancelAccountDeletion,
  EraseAccount,
  FindAccountDeletions,
  LastAdminRule,
  Passwords,
  PlatformPlaces,
  Sessions,
  SignInFailures,
} from '@tallystick/identity';
import { createLogger, type UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities, identityActs, openPerson, openSession, openTenant } from '../../../../test/support/identity.js';
import { EraseDueAccounts } from './erase-accounts.schedule.js';
import { RemoveEndedSessions } from './remove-ended-sessions.schedule.js';

let database: TestDatabase;
let app: { uow: UnitOfWork; close(): Promise<void> };
let worker: { uow: UnitOfWork; close(): Promise<void> };
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let log: string[];
const never = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  worker = await openUnitOfWork(database.workerUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
});
beforeEach(() => void (log = []));
afterAll(async () => {
  await app?.close();
  await worker?.close();
  await owner?.close();
  await database?.close();
});

const query = async <Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  (await owner.dataSource.query(sql, parameters)) as Row[];

describe('the erasure of accounts (C9.2, C9.6)', () => {
  const work = (): EraseDueAccounts => {
    const logger = createLogger({ app: 'test', level: 'error' }, { write: (line) => void log.push(line) });
    const rule = new LastAdminRule(worker.uow, new PlatformPlaces());
    return new EraseDueAccounts(worker.uow, new FindAccountDeletions(), new EraseAccount(worker.uow, new Passwords(), rule), logger);
  };
  const schedule = async (userId: string, due: string): Promise<string> => {
    const id = newId();
    await query(`insert into account_deletion (id, user_id, reason, scheduled_for) values ($1, $2, 'moved', now() + $3::interval)`, [
      id,
      userId,
      due,
    ]);
    return id;
  };
  const statusOf = async (id: string) =>
    (await query<{ status: string }>('select status from account_deletion where id = $1', [id]))[0]!.status;

  it('leaves nothing of a person but the id, in every tenant, and tells what it erased', async () => {
    const [one, two, left] = [await openTenant(app.uow), await openTenant(app.uow), await openTenant(app.uow)];
    const asha = await openPerson(app.uow, one, 'support');
    await query(
      `insert into invitation (tenant_id, id, email, full_name, role, token_hash, status, settled_at, expires_at)
       values ($1, gen_random_uuid(), $2, 'Asha Unforgettable', 'support', sha256('old'), 'expired', now(), now())`,
      [left.tenantId, asha.email],
    );
    await query(`insert into tenant_user (tenant_id, user_id, role) values ($1, $2, 'member')`, [two.tenantId, asha.id]);
    await query(
      `update user_account set phone_number = '+919800000001', avatar = 'https://x.example/a', full_name = 'Asha Unforgettable' where id = $1`,
      [asha.id],
    );
    await openSession(app.uow, asha.id, one.tenantId);
    const acts = identityActs(app.uow);
    const person = requestContext({ tenantId: null, actor: { type: 'user', id: asha.id }, requestId: newId() } as const);
    await app.uow.platform(person, (tx) => acts.mfaFactors.enable(tx, asha.id, Buffer.alloc(20, 7)));
    await query(
      `insert into invitation (tenant_id, id, email, role, token_hash, invited_by, expires_at)
       values ($1, gen_random_uuid(), 'ravi@bank.example', 'support', sha256('link'), $2, now() + interval '1 day')`,
      [one.tenantId, asha.id],
    );
    const id = await schedule(asha.id, '-1 second');
    await work().run(never);
    expect(log).toEqual([]);
    expect(await query('select status from invitation where invited_by = $1', [asha.id])).toEqual([{ status: 'revoked' }]);
    const [account] = await query(`select * from user_account where id = $1`, [asha.id]);
    expect(account).toMatchObject({ full_name: 'Deleted person', status: 'erased', phone_number: null, avatar: null, last_login_at: null });
    expect(account!.email).toMatch(/^erased-[0-9a-f]{24}@erased\.invalid$/);
    for (const table of ['tenant_user', 'user_session', 'mfa_factor', 'mfa_recovery_code'])
      expect([table, await query(`select * from ${table} where user_id = $1`, [asha.id])]).toEqual([table, []]);
    const [deletion] = await query<{ status: string; reason: null; erased: string[] }>('select * from account_deletion where id = $1', [
      id,
    ]);
    expect(deletion).toMatchObject({ status: 'completed', reason: null, completed_at: expect.any(Date) });
    expect(deletion!.erased.length).toBeGreaterThan(3);
    expect(await query('select email, full_name from invitation where tenant_id = $1', [left.tenantId])).toEqual([
      { email: account!.email, full_name: null },
    ]);
    for (const { tenantId } of [one, two, left])
      expect(await query(`select act from audit_record where tenant_id = $1 and act = 'account.erased'`, [tenantId])).toHaveLength(1);
    await expect(
      acts.signIn.execute({ requestId: newId() }, { username: asha.email, proof: { password: asha.password }, kind: 'token' }),
    ).rejects.toThrow();
    // The last mail alone knows the address, until it is sent.
    expect(
      await query(`select payload ->> 'template' as template from job_outbox where payload::text like $1`, [`%${asha.email}%`]),
    ).toEqual([{ template: 'account-deleted' }]);
  });

  it('happens once, not before its time and not when it was cancelled', async () => {
    const tenant = await openTenant(app.uow);
    const [early, kept, done] = await Promise.all([1, 2, 3].map(() => openPerson(app.uow, tenant, 'support')));
    const ids = [await schedule(early!.id, '1 minute'), await schedule(kept!.id, '-1 second'), await schedule(done!.id, '-1 second')];
    await query(`update account_deletion set status = 'cancelled', cancelled_at = now() where id = $1`, [ids[1]]);
    await Promise.all([work().run(never), work().run(never)]);
    await work().run(never);
    expect(await Promise.all(ids.map(statusOf))).toEqual(['scheduled', 'cancelled', 'completed']);
    expect(await query(`select 1 from platform_audit_record where act = 'account.erased' and target_id = $1`, [done!.id])).toHaveLength(1);
  });

  it('is not called off once its time has come, for a tenant may have forgotten the person by then', async () => {
    const tenant = await openTenant(app.uow);
    const asha = await openPerson(app.uow, tenant, 'support');
    const id = await schedule(asha.id, '-1 second');
    const cancel = (): Promise<unknown> =>
      app.uow.run(requestContext({ ...tenant, actor: { type: 'user', id: asha.id } }), (tx) =>
        new CancelAccountDeletion(new FindAccountDeletions()).execute(tx),
      );
    await expect(cancel()).rejects.toThrow('No deletion of this account is scheduled');
    expect(await statusOf(id)).toBe('scheduled');
    await query(`update account_deletion set scheduled_for = now() + interval '1 minute' where id = $1`, [id]);
    await cancel();
    expect(await statusOf(id)).toBe('cancelled');
  });

  it('waits for who has become the last admin, and keeps nobody else waiting', async () => {
    const tenant = await openTenant(app.uow);
    const [admin, other] = [await openPerson(app.uow, tenant, 'tenant_admin'), await openPerson(app.uow, tenant, 'support')];
    const ids = [await schedule(admin.id, '-1 hour'), await schedule(other.id, '-1 second')];
    await work().run(never);
    expect(await Promise.all(ids.map(statusOf))).toEqual(['scheduled', 'completed']);
    expect(log.join()).toContain('last_admin');
    await openPerson(app.uow, tenant, 'tenant_admin');
    await work().run(never);
    expect(await statusOf(ids[0]!)).toBe('completed');
  });

  it('leaves a tenant one of the two admins who go at once', async () => {
    const tenant = await openTenant(app.uow);
    const admins = [await openPerson(app.uow, tenant, 'tenant_admin'), await openPerson(app.uow, tenant, 'tenant_admin')];
    const ids: string[] = [];
    for (const { id } of admins) ids.push(await schedule(id, '-1 second'));
    await Promise.all([work().run(never), work().run(never)]);
    expect((await Promise.all(ids.map(statusOf))).sort()).toEqual(['completed', 'scheduled']);
    expect(await query(`select 1 from tenant_user where tenant_id = $1`, [tenant.tenantId])).toHaveLength(1);
  });
});

describe('the removal of ended sessions', () => {
  it('takes sessions a month after their end and failures that count no more, and leaves the rest', async () => {
    const tenant = await openTenant(app.uow);
    const { id } = await openPerson(app.uow, tenant, 'support');
    const sessions = await Promise.all([1, 2, 3].map(() => openSession(app.uow, id, tenant.tenantId)));
    await query(`update user_session set revoked_at = now() - interval '40 days' where id = $1`, [sessions[0]]);
    await query(`update user_session set created_at = now() - interval '80 days', expires_at = now() - interval '40 days' where id = $1`, [
      sessions[1],
    ]);
    await query(`insert into sign_in_failure (key, failures, lockouts, failed_at)
      values (sha256('old'), 1, 0, now() - interval '32 days'), (sha256('new'), 1, 0, now())`);
    const { keyring } = identityActs(app.uow);
    await new RemoveEndedSessions(worker.uow, new Sessions(), new SignInFailures(keyring)).run(never);
    expect(await query('select id from user_session where user_id = $1', [id])).toEqual([{ id: sessions[2] }]);
    expect(
      await query('select count(*)::int from refresh_token t join user_session s on s.id = t.session_id where s.user_id = $1', [id]),
    ).toEqual([{ count: 1 }]);
    expect(await query(`select 1 from sign_in_failure where key = any (array[sha256('old'), sha256('new')])`)).toHaveLength(1);
  });
});
