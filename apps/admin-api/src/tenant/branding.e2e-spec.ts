import { mkdtemp, readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantContext } from '@tallystick/kernel';
import type { BrandingDto } from '@tallystick/tenancy';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openPerson, openTenant } from '../../../../test/support/identity.js';
import { HOSTILE_FILES, JPEG, pngOf, WEBP } from '../../../../test/support/images.js';
import { download, formOf, upload } from '../../../../test/support/uploads.js';

const NOTHING: BrandingDto = {
  logo_url: null,
  favicon_url: null,
  primary_color: null,
  secondary_color: null,
  font_family: null,
  email_from_name: null,
  support_email: null,
  support_phone: null,
  custom_css: null,
};
const LOGO = '/tenant/branding/logo';

let folder: string;
let api: AdminApi;
let ctx: TenantContext;
let admin: AdminCaller;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-branding-'));
  api = await startAdminApi({ TALLYSTICK_DATA_DIR: folder });
});
afterAll(async () => {
  await api?.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  ctx = await openTenant(api.uow);
  admin = await api.person(ctx, 'tenant_admin');
});

const save = (body: object, by = admin, headers = {}) => by.call<BrandingDto>('POST', '/tenant/branding', body, headers);
const read = (by = admin) => by.call<BrandingDto>('GET', '/tenant/branding');
const filesOf = ({ tenantId }: TenantContext): Promise<string[]> =>
  readdir(path.join(folder, 'files', tenantId, 'branding')).catch(() => []);
const acts = (tenantId: string) =>
  api.ask<{ act: string; actor_id: string; before: object; after: object }>(
    `select act, actor_id, before, after from audit_record where tenant_id = $1 and act = 'branding.changed' order by number`,
    [tenantId],
  );

describe('the branding of a tenant', () => {
  it('begins empty, keeps what it is told, and leaves the rest as it was', async () => {
    expect(await read()).toMatchObject({ status: 200, body: { data: NOTHING } });
    const first = { primary_color: '#0a5C36', email_from_name: 'Demo Bank – Größe', support_email: 'help@bank.example' };
    expect(await save(first)).toMatchObject({ status: 200, body: { data: { ...NOTHING, ...first } } });
    const second = {
      secondary_color: '#FFFFFF',
      font_family: 'Noto Sans, sans-serif',
      support_phone: '+911800000000',
      custom_css: '.a { color: var(--b) }',
      logo_url: 'https://bank.example/logo.png',
      primary_color: null,
    };
    await save(second);
    expect((await read()).body.data).toEqual({ ...NOTHING, ...first, ...second });
  });

  it('records each change once, and none where nothing changed; of a style sheet the hash', async () => {
    await save({ primary_color: '#111111', custom_css: '.a {}' });
    await save({ primary_color: '#111111' });
    await save({});
    await save({ primary_color: '#222222', support_email: 'help@bank.example' });
    expect(await acts(ctx.tenantId)).toEqual([
      {
        act: 'branding.changed',
        actor_id: admin.id,
        before: { primaryColor: null, customCss: null },
        after: { primaryColor: '#111111', customCssSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
      expect.objectContaining({ after: { primaryColor: '#222222', supportEmail: 'help@bank.example' } }),
    ]);
  });

  it('is that of one tenant alone', async () => {
    const other = await api.person(await openTenant(api.uow), 'tenant_admin');
    await save({ primary_color: '#123456', support_email: 'help@bank.example' });
    await upload(admin, LOGO, pngOf(4, 4));
    expect((await read(other)).body.data).toEqual(NOTHING);
  });

  it('is read by who may read, written by who may write, and by nobody else', async () => {
    const people: Record<string, AdminCaller> = {};
    for (const role of ['manager', 'auditor', 'support', 'member']) people[role] = await api.person(ctx, role);
    const staff = await api.person(null, 'super_admin');
    expect((await read(people.auditor!)).status).toBe(200);
    for (const caller of [people.manager!, people.auditor!, people.support!, people.member!, staff]) {
      expect(await save({ primary_color: '#000000' }, caller)).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
      expect(await upload(caller, LOGO, pngOf(4, 4))).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
    }
    for (const caller of [people.support!, people.member!, staff]) expect((await read(caller)).status).toBe(403);
    expect(await api.anonymous('GET', '/tenant/branding')).toMatchObject({ status: 401, body: { code: 'not_authenticated' } });
    expect((await read()).body.data).toEqual(NOTHING);
  });

  it.each([
    [{ primary_color: 'red' }, 'primary_color'],
    [{ primary_color: '#12345' }, 'primary_color'],
    [{ secondary_color: '#12345g' }, 'secondary_color'],
    [{ logo_url: 'http://bank.example/logo.png' }, 'logo_url'],
    [{ logo_url: 'javascript:alert(1)' }, 'logo_url'],
    [{ logo_url: 'https://bank.example/"onerror=alert(1)' }, 'logo_url'],
    [{ favicon_url: 'data:image/png;base64,AA' }, 'favicon_url'],
    [{ font_family: 'x; } body { display: none' }, 'font_family'],
    [{ email_from_name: 'Bank <evil@evil.example>' }, 'email_from_name'],
    [{ email_from_name: 'Bank\r\nBcc: evil@evil.example' }, 'email_from_name'],
    [{ support_email: 'nobody' }, 'support_email'],
    [{ support_phone: '123' }, 'support_phone'],
    [{ custom_css: '@import url(https://evil.example)' }, 'custom_css'],
    [{ custom_css: '.a { background: url(//evil.example) }' }, 'custom_css'],
    [{ custom_css: '</style><script>' }, 'custom_css'],
    [{ custom_css: 'x'.repeat(10_001) }, 'custom_css'],
    [{ logo_file: 'x' }, 'logo_file'],
    [{ tenant_id: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d' }, 'tenant_id'],
  ])('refuses %j', async (body, name) => {
    const { status, body: answer } = await save(body);
    expect([status, answer.code, Object.keys(answer.errors)]).toEqual([400, 'validation_error', [name]]);
    expect((await read()).body.data).toEqual(NOTHING);
  });
});

describe('an uploaded logo', () => {
  it.each([
    ['PNG', pngOf(40, 20), 'image/png', 'png'],
    ['JPEG, called a PNG', JPEG, 'image/jpeg', 'jpg'],
    ['WebP, called a PNG', WEBP, 'image/webp', 'webp'],
  ])('is a %s, and is served to anybody as what it is and nothing else', async (_, bytes, type, extension) => {
    const { status, body } = await upload<BrandingDto>(admin, LOGO, bytes);
    expect(status).toBe(200);
    const url = body.data.logo_url!;
    expect(url).toMatch(new RegExp(`^http://127.0.0.1:3001/api/v1/brand-files/${ctx.tenantId}/[0-9a-f]{64}\\.${extension}$`));
    const image = await download(api, url);
    expect(image.bytes.equals(bytes)).toBe(true);
    expect(image).toMatchObject({
      status: 200,
      headers: {
        'content-type': type,
        'x-content-type-options': 'nosniff',
        'content-disposition': expect.stringMatching(/^attachment; filename="[0-9a-f]{64}\.\w+"$/),
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'cross-origin',
        'cache-control': 'public, max-age=31536000, immutable',
      },
    });
    expect(await acts(ctx.tenantId)).toEqual([
      expect.objectContaining({
        actor_id: admin.id,
        before: { logoUrl: null },
        after: expect.objectContaining({ logoUrl: url, type, bytes: bytes.length }),
      }),
    ]);
  });

  it.each(Object.entries(HOSTILE_FILES))('is not: %s', async (_, bytes) => {
    const { status, body } = await upload(admin, LOGO, bytes);
    expect([status, body.code, Object.keys(body.errors)]).toEqual([400, 'validation_error', ['file']]);
    expect([await filesOf(ctx), (await read()).body.data.logo_url, await acts(ctx.tenantId)]).toEqual([[], null, []]);
  });

  it('may have 512 kB and not a byte more, and a favicon fewer pixels', async () => {
    const png = pngOf(4, 4);
    const text = Buffer.alloc(512 * 1024 - png.length - 12);
    const { crc32 } = await import('node:zlib');
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('prVt'), text, Buffer.alloc(4)]);
    chunk.writeUInt32BE(text.length, 0);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
    const largest = Buffer.concat([png.subarray(0, -12), chunk, png.subarray(-12)]);
    expect(largest.length).toBe(512 * 1024);
    expect((await upload(admin, LOGO, largest)).status).toBe(200);
    expect(await upload(admin, LOGO, Buffer.concat([largest, Buffer.alloc(1)]))).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large' },
    });
    expect(await upload(admin, LOGO, Buffer.alloc(3_000_000))).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect((await upload(admin, LOGO, pngOf(513, 1))).status).toBe(200);
    expect(await upload(admin, '/tenant/branding/favicon', pngOf(513, 1))).toMatchObject({ status: 400 });
    expect((await upload<BrandingDto>(admin, '/tenant/branding/favicon', pngOf(512, 1))).body.data.favicon_url).toMatch(/\.png$/);
  });

  it('takes the place of the one before, whose file goes with the next', async () => {
    const one = await upload<BrandingDto>(admin, LOGO, pngOf(4, 4, 10));
    await upload(admin, '/tenant/branding/favicon', pngOf(4, 4, 20));
    const two = await upload<BrandingDto>(admin, LOGO, pngOf(4, 4, 30));
    expect(two.body.data.logo_url).not.toBe(one.body.data.logo_url);
    const three = await upload<BrandingDto>(admin, LOGO, pngOf(4, 4, 40));
    expect((await filesOf(ctx)).length).toBe(3);
    expect((await download(api, one.body.data.logo_url!)).status).toBe(404);
    expect((await download(api, three.body.data.logo_url!)).status).toBe(200);
    expect((await download(api, three.body.data.favicon_url!)).status).toBe(200);
  });

  it('may be sent back as an address, be replaced by an address elsewhere, and be taken away', async () => {
    const { body } = await upload<BrandingDto>(admin, LOGO, pngOf(4, 4));
    expect((await save(body.data)).body.data).toEqual(body.data);
    expect((await save({ logo_url: 'https://bank.example/x.png' })).body.data.logo_url).toBe('https://bank.example/x.png');
    expect((await save({ logo_url: body.data.logo_url })).body.errors).toMatchObject({ logo_url: [expect.any(String)] });
    await upload(admin, LOGO, pngOf(4, 4));
    expect((await save({ logo_url: null })).body.data.logo_url).toBeNull();
  });

  it('is one of those sent when many are sent at once, and is there', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((shade) => upload<BrandingDto>(admin, LOGO, pngOf(4, 4, shade))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { logo_url } = (await read()).body.data;
    expect((await download(api, logo_url!)).status).toBe(200);
  });

  it('is taken once under a key, whatever the boundary of its form', async () => {
    const headers = { 'idempotency-key': 'upload-1' };
    const first = await upload<BrandingDto>(admin, LOGO, pngOf(4, 4), { headers });
    const again = await upload<BrandingDto>(admin, LOGO, pngOf(4, 4), { headers, fileName: 'other.png' });
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await upload(admin, LOGO, pngOf(5, 5), { headers })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it.each([
    ['no file', formOf(), 400],
    ['an empty file', formOf({ field: 'file', content: '', fileName: 'a.png' }), 400],
    ['text instead of a file', formOf({ field: 'file', content: 'x' }), 400],
    ['another field', formOf({ field: 'picture', content: pngOf(4, 4), fileName: 'a.png' }), 400],
    ['a field beside it', formOf({ field: 'file', content: pngOf(4, 4), fileName: 'a.png' }, { field: 'x', content: 'y' }), 400],
    ['a field of all objects', formOf({ field: '__proto__', content: 'x' }), 400],
    [
      'two files',
      formOf({ field: 'file', content: pngOf(4, 4), fileName: 'a.png' }, { field: 'file', content: pngOf(4, 4), fileName: 'b.png' }),
      413,
    ],
    [
      'half a form',
      { ...formOf(), payload: Buffer.from('--test-boundary\r\nContent-Disposition: form-data; name="file"; filename="a') },
      400,
    ],
    ['a form without a boundary', { payload: Buffer.from('x'), headers: { 'content-type': 'multipart/form-data' } }, 400],
    ['another kind of form', { payload: Buffer.from('x'), headers: { 'content-type': 'multipart/mixed; boundary=x' } }, 415],
    ['JSON', { payload: Buffer.from('{}'), headers: { 'content-type': 'application/json' } }, 415],
    ['the bytes alone', { payload: pngOf(4, 4), headers: { 'content-type': 'image/png' } }, 415],
  ])('is refused as %s', async (_, { payload, headers }, status) => {
    const answer = await admin.call('POST', LOGO, payload, headers as Record<string, string>);
    expect([answer.status, answer.body.request_id.length]).toEqual([status, 36]);
    expect((await read()).body.data.logo_url).toBeNull();
  });

  it('comes over a socket as browsers send it, and one that is far too large or cut off costs nobody anything', async () => {
    const { email, password } = await openPerson(api.uow, ctx, 'tenant_admin');
    const signedIn = await api.anonymous<{ access_token: string }>('POST', '/auth/token', { username: email, password });
    const authorization = `Bearer ${signedIn.body.data.access_token}`;
    await api.app.nest.listen(0, '127.0.0.1');
    const base = `${await api.app.nest.getUrl()}/api/v1/tenant/branding`;
    const send = async (bytes: Buffer) => {
      const body = new FormData();
      body.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/svg+xml' }), '../../logo.svg');
      const answer = await fetch(`${base}/logo`, { method: 'POST', body, headers: { authorization } });
      return { status: answer.status, body: (await answer.json()) as { data: BrandingDto | null; code: string } };
    };
    const good = await send(pngOf(30, 30));
    expect([good.status, good.body.data?.logo_url]).toEqual([200, expect.stringMatching(/\.png$/)]);
    const large = await send(Buffer.alloc(20_000_000)).catch(() => ({ status: 413 })); // the server may hang up before all is sent
    expect(large.status).toBe(413);
    const cutOff = http.request(`${base}/logo`, {
      method: 'POST',
      headers: { ...formOf().headers, authorization, 'content-length': 100_000 },
    });
    cutOff.on('error', () => undefined);
    cutOff.write('--test-boundary\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nhalf');
    await sleep(100);
    cutOff.destroy();
    expect((await send(pngOf(31, 31))).status).toBe(200);
    expect(api.app.ground.log.filter(({ msg }) => msg === 'fault')).toEqual([]);
  });

  it('is taken nowhere else: a form to another route is refused unread (AUT-10)', async () => {
    const { payload, headers } = formOf({ field: 'file', content: 'x', fileName: 'a' });
    expect(await admin.call('POST', '/tenant/branding', payload, headers)).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    });
  });

  it.each([
    '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d/' + 'a'.repeat(64) + '.png',
    'x/' + 'a'.repeat(64) + '.png',
    '..%2f..%2f/secrets.json',
    '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d/..%2f..%2fx.png',
    '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d/' + 'a'.repeat(64) + '.svg',
  ])('is not at %s', async (place) => {
    expect(await api.anonymous('GET', `/brand-files/${place}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
