import type { TenantContext } from '@tallystick/kernel';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { SFTP_USER, startSftpServer, type SftpServer } from '../../../../test/support/sftp-server.js';
import type { FileDropDto, FileDropTrialDto } from './file-drop.dto.js';

let api: AdminApi;
let server: SftpServer;
let ctx: TenantContext;
let admin: AdminCaller;
beforeAll(async () => {
  server = await startSftpServer();
  api = await startAdminApi({ SFTP_ALLOWED_NETWORKS: '127.0.0.1' });
});
afterAll(async () => {
  await api?.close();
  await server?.close();
});
beforeEach(async () => {
  ctx = await openTenant(api.uow);
  admin = await api.person(ctx, 'tenant_admin');
});

const settings = () => ({ name: 'Core banking', host: '127.0.0.1', port: server.port, base_folder: '/loyalty', ...SFTP_USER });
const create = (given: object = {}, by = admin) => by.call<FileDropDto>('POST', '/file-drops', { ...settings(), ...given });
const change = (id: string, changes: object, by = admin) => by.call<FileDropDto>('PATCH', `/file-drops/${id}`, changes);
const test = (id: string, by = admin) => by.call<FileDropTrialDto>('POST', `/file-drops/${id}/test`);

describe('SFTP drops', () => {
  it('are set up, tried out, enabled by the host key that was seen, changed and removed', async () => {
    const { status, body } = await create({ format: { delimiter: 'pipe', columns: { TXN: { id: 'TXN_ID' } } } });
    expect([status, body.data]).toEqual([
      201,
      {
        id: expect.any(String),
        name: 'Core banking',
        host: '127.0.0.1',
        port: server.port,
        username: SFTP_USER.username,
        sign_in: 'password',
        host_key: null,
        base_folder: '/loyalty',
        program_id: null,
        format: {
          delimiter: 'pipe',
          decimals: 'point',
          dates: 'iso',
          extra_columns: 'refuse',
          trailer: null,
          columns: { TXN: { id: 'TXN_ID' } },
        },
        poll_seconds: 60,
        enabled: false,
        problem: null,
        problem_since: null,
        last_polled_at: null,
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ]);
    const { id } = body.data;
    expect((await change(id, { enabled: true })).body).toMatchObject({ code: 'validation_error', errors: { enabled: expect.any(Array) } });
    const seen = (await test(id)).body.data;
    expect(seen).toMatchObject({ host_key: server.hostKey, host_key_matches: null, signed_in: null });
    expect((await change(id, { host_key: seen.host_key, enabled: true, format: { dates: 'day_first' } })).body.data).toMatchObject({
      enabled: true,
      host_key: server.hostKey,
      format: { delimiter: 'pipe', dates: 'day_first' },
    });
    expect((await test(id)).body.data).toMatchObject({ host_key_matches: true, signed_in: true, folders: [], problem: expect.any(String) });
    expect((await admin.call<FileDropDto[]>('GET', '/file-drops')).body.data).toMatchObject([{ id, enabled: true }]);
    const [row] = await api.ask<{ drop: object; trail: object[] }>(
      `select to_jsonb(d) as drop, (select jsonb_agg(to_jsonb(a)) from audit_record a where a.tenant_id = $1) as trail from file_drop d where tenant_id = $1`,
      [ctx.tenantId],
    );
    expect(JSON.stringify(row)).not.toContain(SFTP_USER.password);
    expect((await admin.call('DELETE', `/file-drops/${id}`)).status).toBe(200);
    expect((await admin.call('GET', `/file-drops/${id}`)).status).toBe(404);
    expect((await create()).status).toBe(201);
  });

  it('send a secret to no other server than the one it was given for', async () => {
    const { id } = (await create({ host_key: server.hostKey })).body.data;
    for (const elsewhere of [{ host: '8.8.8.8' }, { port: 2_222 }, { host_key: `SHA256:${'A'.repeat(43)}` }])
      expect((await change(id, elsewhere)).body).toMatchObject({ code: 'validation_error', errors: { password: expect.any(Array) } });
    expect((await change(id, { port: 2_222, private_key: 'a key', passphrase: 'x' })).body.data).toMatchObject({
      port: 2_222,
      sign_in: 'private_key',
    });
  });

  it.each([
    [{ host: '10.0.0.8' }, 'host'],
    [{ host: '169.254.169.254' }, 'host'],
    [{ host: '::1' }, 'host'],
    [{ port: 25 }, 'port'],
    [{ password: undefined }, 'password'],
    [{ private_key: 'both' }, 'password'],
    [{ passphrase: 'x' }, 'passphrase'],
    [{ base_folder: 'loyalty' }, 'base_folder'],
    [{ base_folder: '/a/../b' }, 'base_folder'],
    [{ host_key: 'md5' }, 'host_key'],
    [{ poll_seconds: 1 }, 'poll_seconds'],
    [{ program_id: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d' }, 'program_id'],
    [{ format: { columns: { TXN: { shoe_size: 'S' } } } }, 'columns'],
    [{ format: { columns: { TXN: { id: 'A', amount: 'A' } } } }, 'columns'],
    [{ format: { columns: { XYZ: {} } } }, 'columns'],
    [{ enabled: true }, 'enabled'],
  ])('are refused with %j', async (given, field) => {
    expect(await create(given)).toMatchObject({ status: 400, body: { code: 'validation_error', errors: { [field]: expect.any(Array) } } });
  });

  it('have one name each, and belong to one tenant and to those who may change them', async () => {
    const { id } = (await create()).body.data;
    expect(await create()).toMatchObject({ status: 409, body: { code: 'duplicate' } });
    const [auditor, stranger] = [await api.person(ctx, 'auditor'), await api.person(await openTenant(api.uow), 'tenant_admin')];
    expect((await auditor.call('GET', `/file-drops/${id}`)).status).toBe(200);
    for (const answer of [await create({}, auditor), await change(id, {}, auditor), await test(id, auditor)])
      expect(answer.status).toBe(403);
    for (const answer of [await change(id, {}, stranger), await test(id, stranger), await stranger.call('DELETE', `/file-drops/${id}`)])
      expect(answer.status).toBe(404);
  });
});
