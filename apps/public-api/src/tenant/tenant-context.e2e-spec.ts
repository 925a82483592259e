import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BrandFiles, type PublicContextDto, type TenantContextDto } from '@tallystick/tenancy';
import { FileStore } from '@tallystick/platform';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { pngOf } from '../../../../test/support/images.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

let api: PublicApi;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-public-'));
  api = await startPublicApi();
});
afterAll(async () => {
  await api?.close();
  await rm(folder, { recursive: true });
});

describe('the context of a tenant on the public API', () => {
  it('tells a client its tenant, the programs, and what its token lets it do', async () => {
    const { status, body } = await api.call<TenantContextDto>('GET', '/tenant/context');
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      tenant: { id: api.integrator.ctx.tenantId, currency: 'USD', mode: 'live' },
      features: { points: true, webhooks: false },
      products: [{ id: api.program.id, code: 'test', scale: 0, is_default: true }],
      limits: { batch_items: 5_000, page_size: 100 },
    });
    expect(body.data.user_permissions).toEqual(expect.arrayContaining(['points:write', 'webhooks:read']));
    expect(body.data.user_permissions).not.toContain('users:read');
  });

  it('tells a client with one scope of that one', async () => {
    const narrow = await openIntegrator(api.app, { ctx: api.integrator.ctx, scopes: ['points:read'] });
    const { body } = await api.as(narrow)<TenantContextDto>('GET', '/tenant/context');
    expect(body.data.user_permissions).toEqual(['points:read', 'wallets:read', 'tiers:read']);
  });

  it('is closed to nobody', async () => {
    const answer = await api.app.nest.inject({ method: 'GET', url: '/api/v1/tenant/context' });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([401, 'not_authenticated']);
  });

  it('is open in its public part', async () => {
    const { body } = await api.call<TenantContextDto>('GET', '/tenant/context');
    const ask = (slug: string) => api.app.nest.inject({ method: 'GET', url: `/api/v1/tenant/public-context?slug=${slug}` });
    const known = await ask(body.data.tenant.slug);
    expect([known.statusCode, known.json<{ data: PublicContextDto }>().data]).toMatchObject([200, { name: 'Test Bank', logo_url: null }]);
    expect((await ask('nobody')).statusCode).toBe(404);
  });
});

describe('images of tenants on the public API', () => {
  it('are served by their address, and only those', async () => {
    const [files, { tenantId }] = [new FileStore(folder), api.integrator.ctx];
    const name = `${'a'.repeat(64)}.png`;
    await files.write({ tenantId, area: 'branding' }, name, pngOf(2, 2));
    Object.assign(api.app.nest.get(BrandFiles, { strict: false }), { files });
    const get = (file: string) => api.app.nest.inject({ method: 'GET', url: `/api/v1/brand-files/${tenantId}/${file}` });
    const image = await get(name);
    expect([image.statusCode, image.headers['content-type'], image.rawPayload.equals(pngOf(2, 2))]).toEqual([200, 'image/png', true]);
    expect((await get(`${'b'.repeat(64)}.png`)).statusCode).toBe(404);
  });
});
