import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TenantContext } from '@tallystick/kernel';
import { ProcessFiles } from '@tallystick/loyalty';
import { startAdminApi, type AdminApi, type AdminCaller, type Told } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { openProgram } from '../../../../test/support/loyalty.js';
import { formOf } from '../../../../test/support/uploads.js';
import type { FileDto } from './file.dto.js';

let folder: string;
let api: AdminApi;
let ctx: TenantContext;
let manager: AdminCaller;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-uploads-'));
  api = await startAdminApi({ TALLYSTICK_DATA_DIR: folder });
});
afterAll(async () => {
  await api?.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  ctx = await openTenant(api.uow, { currency: 'USD' });
  await openProgram(api.uow, ctx);
  manager = await api.person(ctx, 'manager');
});

const CSV = 'id,member_reference,amount,currency\nu-1,anna,10.00,USD\nu-2,anna,x,USD\n';
const post = (
  content: string,
  {
    by = manager,
    headers = {},
    fileName = 'march.csv',
    ...fields
  }: { by?: AdminCaller; headers?: object; fileName?: string } & Record<string, unknown> = {},
): Promise<Told<FileDto>> => {
  const form = formOf(...Object.entries({ type: 'TXN', ...fields }).map(([field, value]) => ({ field, content: String(value) })), {
    field: 'file',
    content,
    fileName,
    type: 'text/csv',
  });
  return by.call<FileDto>('POST', '/files', form.payload, { ...form.headers, ...(headers as Record<string, string>) });
};
const get = (id: string, by = manager) => by.call<FileDto>('GET', `/files/${id}`);
const download = async (id: string, which: string, by = manager) => {
  const answer = await api.app.nest.inject({ method: 'GET', url: `/api/v1/files/${id}/${which}`, headers: { ...by.credential } });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body };
};
const stored = (): Promise<string[]> => readdir(path.join(folder, 'files', ctx.tenantId, 'imports')).catch(() => []);
const work = () => api.app.nest.get(ProcessFiles, { strict: false }).run(ctx);

describe('files of rows', () => {
  it('are uploaded, worked off by the worker, and show what became of each row', async () => {
    const { status, body } = await post(CSV);
    expect([status, body.data]).toEqual([
      201,
      expect.objectContaining({ type: 'TXN', name: 'march.csv', origin: 'upload', status: 'received', size: CSV.length, rows_total: null }),
    ]);
    const { id } = body.data;
    expect(await api.ask(`select name from job_outbox where tenant_id = $1`, [ctx.tenantId])).toEqual([{ name: 'process-files' }]);
    expect(await download(id, 'result')).toMatchObject({ status: 404 });
    await work();
    const expected = { status: 'completed', rows_total: 2, rows_done: 2, accepted: 1, duplicates: 0, rejected: 1, points: 10 };
    expect((await get(id)).body.data).toMatchObject(expected);
    expect((await manager.call<FileDto[]>('GET', '/files?type=TXN&status=completed')).body.data).toEqual([
      expect.objectContaining({ id, ...expected }),
    ]);
    expect((await manager.call<FileDto[]>('GET', '/files?type=BNS')).body.data).toEqual([]);
    const result = await download(id, 'result');
    expect(result.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${id}-result.csv"`,
    });
    expect(result.text).toMatch(/^line,key,.*\r\n2,u-1,accepted,10,.*\r\n3,u-2,rejected,0,,,validation_error,amount,.*\r\n$/);
    expect((await download(id, 'rejected')).text).toMatch(/\r\nu-2,anna,x,USD,3,amount,validation_error,/);
  });

  it('are answered again under their key, and refused when they were received before', async () => {
    const headers = { 'idempotency-key': 'march' };
    const { body } = await post(CSV, { headers });
    expect((await post(CSV, { headers })).body.data).toEqual(body.data);
    const refusal = { status: 409, body: { code: 'file_already_received', errors: { file_id: body.data.id } } };
    expect(await post(CSV, { fileName: 'april.csv' })).toMatchObject(refusal);
    expect(await post(`${CSV}u-3,anna,1.00,USD\n`)).toMatchObject(refusal);
    expect((await post(CSV, { headers, validate_only: true })).body.code).toBe('idempotency_key_reused');
    expect(await stored()).toEqual([`${body.data.id}.csv`]);
    expect((await post(CSV, { validate_only: true })).body.data).toMatchObject({ validate_only: true });
  });

  it.each([
    [{ type: 'XYZ' }, 'type'],
    [{ type: '' }, 'type'],
    [{ file_drop_id: 'x' }, 'file_drop_id'],
    [{ file_drop_id: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d' }, 'file_drop_id'],
    [{ validate_only: 'yes' }, 'validate_only'],
    [{ colour: 'red' }, 'colour'],
    [{ fileName: 'a\tb.csv' }, 'file'],
  ])('are refused with %j', async (given, field) => {
    expect(await post(CSV, given)).toMatchObject({
      status: 400,
      body: { code: 'validation_error', errors: { [field]: expect.any(Array) } },
    });
    expect(await stored()).toEqual([]);
  });

  it('are stopped by who may, and belong to one tenant and to those who may see them', async () => {
    const { id } = (await post(CSV)).body.data;
    const [auditor, support] = [await api.person(ctx, 'auditor'), await api.person(ctx, 'support')];
    const stranger = await api.person(await openTenant(api.uow), 'tenant_admin');
    expect((await get(id, auditor)).status).toBe(200);
    expect((await get(id, stranger)).status).toBe(404);
    expect((await download(id, 'result', stranger)).status).toBe(404);
    const cancel = (by: AdminCaller) => by.call<FileDto>('POST', `/files/${id}/cancel`);
    for (const by of [auditor, support])
      expect(await post(CSV, { by })).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
    expect([(await get(id, support)).status, (await cancel(auditor)).status, (await cancel(stranger)).status]).toEqual([403, 403, 404]);
    expect((await cancel(manager)).body.data).toMatchObject({ status: 'cancelled', rows_done: 0 });
    expect(await cancel(manager)).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
    expect(await stored()).toEqual([]);
    expect((await post(CSV)).status).toBe(201);
  });
});
