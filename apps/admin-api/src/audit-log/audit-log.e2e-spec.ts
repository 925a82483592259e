import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import { chainHash, CHAIN_START, defineAct, UnitOfWork } from '@tallystick/platform';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openPerson, openTenant } from '../../../../test/support/identity.js';
import type { Envelope } from '../../../../test/support/public-api.js';
import { AdminApiModule } from '../admin-api.module.js';

interface Record {
  number: number;
  id: string;
  act: string;
  actor: { type: 'user'; id: string };
  on_behalf_of: string | null;
  target: { type: string; id: string } | null;
  before: object | null;
  after: object | null;
  outcome: 'success' | 'refused';
  address: string | null;
  user_agent: string | null;
  request_id: string;
  recorded_at: string;
  hash: string;
}

const LampLit = defineAct({ name: 'lamp.lit', description: 'A lamp was lit' });
const LampPut = defineAct({ name: 'lamp.put_out', description: 'A lamp was put out' });

let database: TestDatabase;
let app: TestApp;
let uow: UnitOfWork;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => AdminApiModule.forRoot(ground), { app: 'admin-api', databaseUrl: database.appUrl });
  uow = app.nest.get(UnitOfWork, { strict: false });
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

async function signIn(username: string, password: string): Promise<{ authorization: string }> {
  const answer = await app.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload: { username, password } });
  return { authorization: `Bearer ${answer.json<Envelope<{ access_token: string }>>().data.access_token}` };
}

/** A tenant whose trail has what a test writes, after what signing in wrote. */
async function openAuditor(role: 'tenant_admin' | 'auditor' | 'support' = 'auditor') {
  const ctx = await openTenant(uow);
  const { email, password } = await openPerson(uow, ctx, role);
  const headers = await signIn(email, password);
  const get = async <Data = Record[]>(path: string) => {
    const answer = await app.nest.inject({ method: 'GET', url: `/api/v1/audit-log${path}`, headers });
    return { status: answer.statusCode, text: answer.body, headers: answer.headers, body: safeJson<Envelope<Data>>(answer.body) };
  };
  return { ctx, get };
}

const safeJson = <T>(text: string): T => (text.startsWith('{') ? JSON.parse(text) : {}) as T;

const light = (ctx: TenantContext, ids: string[], requestId = 'req-light-01'): Promise<void> =>
  uow.run(
    requestContext({ ...ctx, actor: { type: 'user', id: newId() }, requestId, origin: { address: '198.51.100.4', userAgent: 'Mozilla' } }),
    (tx) =>
      Promise.resolve(
        ids.forEach((id) => tx.audit(LampLit, { target: { type: 'lamp', id }, before: { lit: false }, after: { lit: true } })),
      ),
  );

describe('GET /audit-log (AUD-05)', () => {
  it('lists what was done, newest first, by cursor, with a chain that anybody can check', async () => {
    const { ctx, get } = await openAuditor();
    await light(ctx, ['a', 'b', 'c', 'd', 'e']);
    const first = await get('?page_size=3&act=lamp.lit');
    expect(first.status).toBe(200);
    expect(first.body.data.map(({ target }) => target?.id)).toEqual(['e', 'd', 'c']);
    const rest = await get(`?page_size=3&act=lamp.lit&cursor=${first.body.meta.pagination.next_cursor}`);
    expect(rest.body.data.map(({ target }) => target?.id)).toEqual(['b', 'a']);
    expect(rest.body.meta.pagination).toMatchObject({ has_next: false, next_cursor: null });
    expect(first.body.data[0]).toMatchObject({
      act: 'lamp.lit',
      actor: { type: 'user' },
      before: { lit: false },
      after: { lit: true },
      outcome: 'success',
      address: '198.51.100.4',
      user_agent: 'Mozilla',
      request_id: 'req-light-01',
    });
    const all = (await get('?page_size=100')).body.data.reverse();
    let previous: Buffer = CHAIN_START;
    for (const [index, r] of all.entries()) {
      expect(r.number).toBe(index + 1);
      previous = chainHash(previous, {
        tenantId: ctx.tenantId,
        number: String(r.number),
        id: r.id,
        act: r.act,
        actor: r.actor,
        onBehalfOf: r.on_behalf_of,
        target: r.target,
        before: r.before,
        after: r.after,
        outcome: r.outcome,
        address: r.address,
        userAgent: r.user_agent,
        requestId: r.request_id,
        recordedAt: new Date(r.recorded_at),
      });
      expect(r.hash).toBe(previous.toString('hex'));
    }
  });

  it('finds by act, actor, target, outcome, time and request', async () => {
    const { ctx, get } = await openAuditor();
    await light(ctx, ['a', 'b'], 'req-light-02');
    await uow.run(ctx, (tx) => Promise.resolve(tx.audit(LampPut, { target: { type: 'lamp', id: 'a' }, outcome: 'refused' })));
    const found = async (query: string) => (await get(`?${query}`)).body.data.map(({ act, target }) => `${act} ${target?.id}`);
    const [newest] = (await get('')).body.data;
    expect(await found('act=lamp.put_out')).toEqual(['lamp.put_out a']);
    expect(await found('actor=test&target=a')).toEqual(['lamp.put_out a']);
    expect(await found('target=a')).toEqual(['lamp.put_out a', 'lamp.lit a']);
    expect(await found('outcome=refused&act=lamp.put_out')).toEqual(['lamp.put_out a']);
    expect(await found('request_id=req-light-02')).toEqual(['lamp.lit b', 'lamp.lit a']);
    expect(await found(`from=${newest!.recorded_at}&act=lamp.put_out`)).toEqual(['lamp.put_out a']);
    expect(await found(`to=${newest!.recorded_at}&act=lamp.put_out`)).toEqual([]);
    expect(await found('from=2999-01-01T00:00:00Z')).toEqual([]);
  });

  it("refuses strangers: no permission, another tenant's cursor, a typo, a page of nobody's size; and shows no other tenant's row", async () => {
    const [one, other, support] = [await openAuditor(), await openAuditor('tenant_admin'), await openAuditor('support')];
    await light(one.ctx, ['mine-1', 'mine-2']);
    expect((await support.get('')).body.code).toBe('permission_denied');
    expect((await other.get('')).text).not.toContain('mine-1');
    const { next_cursor } = (await one.get('?page_size=1')).body.meta.pagination;
    for (const query of [`cursor=${next_cursor}`, 'cursor=x.y', 'acts=lamp.lit', 'page_size=0', 'outcome=fine', 'from=yesterday'])
      expect(await other.get(`?${query}`)).toMatchObject({ status: 400, body: { code: 'validation_error' } });
    expect((await app.nest.inject({ method: 'GET', url: '/api/v1/audit-log' })).statusCode).toBe(401);
  });
});

describe('GET /audit-log/export (FIL-05)', () => {
  it('streams the trail as CSV, whole and in order, with formulas escaped, and records that it did', async () => {
    const { ctx, get } = await openAuditor();
    for (let i = 0; i < 5; i++)
      await light(
        ctx,
        Array.from({ length: 500 }, (_, n) => `lamp ${i}/${n}`),
      );
    const evil = ['=cmd()', '+1', '-1', '@x', '\ttab', 'a "quoted", \r\n line'];
    await light(ctx, evil);
    const answer = await get('/export?act=lamp.lit');
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="audit-log.csv"' },
    });
    const rows: globalThis.Record<string, string>[] = parse(answer.text, { columns: true });
    expect(rows).toHaveLength(2_506);
    expect(rows.slice(0, 6).map(({ target_id }) => target_id)).toEqual(
      [...evil.map((text) => (/^[=+\-@\t]/.test(text) ? `'${text}` : text))].reverse(),
    );
    const numbers = rows.map(({ number }) => Number(number));
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    expect(rows[0]).toMatchObject({ act: 'lamp.lit', before: '{"lit":false}', after: '{"lit":true}', address: '198.51.100.4' });
    const [told] = (await get('?act=audit_log.exported')).body.data;
    expect(told).toMatchObject({ actor: { type: 'user' }, after: { filter: { act: 'lamp.lit' }, up_to: numbers[0] } });
  });

  it('refuses whoever may not read the log', async () => {
    const { get } = await openAuditor('support');
    expect(await get('/export')).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
    const auditor = await openAuditor();
    expect(await auditor.get('/export?page=1')).toMatchObject({ status: 400, body: { code: 'validation_error' } });
  });
});

describe('GET /platform/audit-log', () => {
  const get = (headers: object) =>
    app.nest.inject({ method: 'GET', url: '/api/v1/platform/audit-log?act=lamp.lit', headers: { ...headers } });

  it("shows the platform's own trail to its super admins, and to nobody of a tenant", async () => {
    const tenant = await openTenant(uow);
    await light(tenant, ['of-a-tenant']);
    const ctx = requestContext({ tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'req-platform' });
    await uow.platform(ctx, (tx) => Promise.resolve(tx.audit(LampLit, { target: { type: 'lamp', id: 'of-the-platform' } })));
    const admin = await openPerson(uow, tenant, 'tenant_admin');
    expect((await get(await signIn(admin.email, admin.password))).statusCode).toBe(403);
    const superAdmin = await makeSuperAdmin();
    const answer = await get(superAdmin);
    expect(answer).toMatchObject({ statusCode: 200 });
    expect(answer.json<Envelope<Record[]>>().data.map(({ target }) => target?.id)).toEqual(['of-the-platform']);
  });
});

/** Somebody who belongs to the platform and to no tenant, and has proved a second factor. */
async function makeSuperAdmin(): Promise<{ authorization: string }> {
  const { id, email, password } = await openPerson(uow, await openTenant(uow), 'auditor');
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await owner.query('delete from tenant_user where user_id = $1', [id]);
    await owner.query(`insert into platform_role (user_id, role) values ($1, 'super_admin')`, [id]);
    const headers = await signIn(email, password);
    await owner.query('update user_session set mfa_passed = true where user_id = $1', [id]);
    return headers;
  } finally {
    await owner.end();
  }
}
