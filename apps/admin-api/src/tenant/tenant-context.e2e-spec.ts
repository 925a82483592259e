import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantContext } from '@tallystick/kernel';
import { permissionsOfRole } from '@tallystick/identity';
import type { PublicContextDto, TenantContextDto } from '@tallystick/tenancy';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { openProgram } from '../../../../test/support/loyalty.js';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(() => api?.close());

const contextOf = (caller: Pick<AdminCaller, 'call'>) => caller.call<TenantContextDto>('GET', '/tenant/context');
const publicContext = (slug: string) => api.anonymous<PublicContextDto>('GET', `/tenant/public-context?slug=${slug}`);
const slugOf = async ({ tenantId }: TenantContext): Promise<string> =>
  (await api.ask<{ slug: string }>('select slug from tenant where id = $1', [tenantId]))[0]!.slug;

describe('the context of a tenant', () => {
  it('says of a new tenant what is, and nothing that is not', async () => {
    const ctx = await openTenant(api.uow, { legalName: 'Test Bank Limited', mfaRequiredRoles: ['tenant_admin'] });
    const admin = await api.person(ctx, 'tenant_admin');
    expect(await contextOf(admin)).toMatchObject({
      status: 200,
      body: {
        data: {
          tenant: {
            id: ctx.tenantId,
            slug: await slugOf(ctx),
            name: 'Test Bank',
            legal_name: 'Test Bank Limited',
            mode: 'live',
            status: 'active',
            timezone: 'Asia/Kolkata',
            currency: 'INR',
            points_label: 'points',
          },
          features: { points: false, webhooks: false, custom_branding: false, mfa_required: true },
          products: [],
          branding: { logo_url: null, primary_color: null, support_email: null },
          limits: { page_size: 100, body_bytes: 262_144, batch_items: 5_000, image_bytes: 524_288, access_token_seconds: 900 },
          user_permissions: permissionsOfRole('tenant_admin'),
        },
      },
    });
  });

  it('says what is in use: programs, webhooks, branding', async () => {
    const ctx = await openTenant(api.uow);
    const admin = await api.person(ctx, 'tenant_admin');
    const program = await openProgram(api.uow, ctx, {}, 2);
    await api.ask(
      `insert into webhook_endpoint (tenant_id, id, url, event_types, secret) values ($1, $2, 'https://bank.example/hook', '{*}', 'x')`,
      [ctx.tenantId, program.id],
    );
    await admin.call('POST', '/tenant/branding', { primary_color: '#0A5C36' });
    const { data } = (await contextOf(admin)).body;
    expect(data.features).toEqual({ points: true, webhooks: true, custom_branding: true, mfa_required: false });
    expect(data.products).toEqual([{ id: program.id, code: 'test', name: 'Test points', currency: 'USD', scale: 2, is_default: true }]);
    expect(data.branding.primary_color).toBe('#0A5C36');
  });

  it.each(['manager', 'support', 'auditor', 'member'] as const)('tells a %s what they may do, and shows no other tenant', async (role) => {
    const other = await api.person(await openTenant(api.uow), 'tenant_admin');
    await other.call('POST', '/tenant/branding', { primary_color: '#111111' });
    const ctx = await openTenant(api.uow);
    const { data } = (await contextOf(await api.person(ctx, role))).body;
    expect([...data.user_permissions].sort()).toEqual([...permissionsOfRole(role)].sort());
    expect([data.tenant.id, data.branding.primary_color]).toEqual([ctx.tenantId, null]);
  });

  it('is for people of a tenant, not of the platform, and not for nobody', async () => {
    expect(await contextOf(await api.person(null, 'super_admin'))).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
    expect(await contextOf({ call: api.anonymous })).toMatchObject({ status: 401, body: { code: 'not_authenticated' } });
  });
});

describe('the public context of a tenant', () => {
  it('says to anybody its name, logo, colors, ways in and whom to ask, and nothing else', async () => {
    const ctx = await openTenant(api.uow, { legalName: 'Secret Holding' });
    const shown = {
      logo_url: 'https://bank.example/logo.png',
      primary_color: '#0A5C36',
      secondary_color: '#FFFFFF',
      support_email: 'help@bank.example',
      support_phone: '+911800000000',
    };
    await (await api.person(ctx, 'tenant_admin')).call('POST', '/tenant/branding', { ...shown, custom_css: '.a {}', email_from_name: 'B' });
    const { status, body } = await publicContext(await slugOf(ctx));
    expect([status, body.data]).toEqual([200, { name: 'Test Bank', login_methods: ['password', 'otp'], ...shown }]);
  });

  it('is the same 404 for a slug that names none and for a suspended tenant, within a second', async () => {
    const ctx = await openTenant(api.uow);
    const slug = await slugOf(ctx);
    expect((await publicContext(slug)).status).toBe(200);
    await api.ask(`update tenant set status = 'suspended' where id = $1`, [ctx.tenantId]);
    await sleep(900);
    const [suspended, unknown] = [await publicContext(slug), await publicContext('no-such-bank')];
    const constant = ({ status, headers, body }: typeof unknown) => ({
      status,
      names: Object.keys(headers).sort(),
      body: { ...body, request_id: '', response_id: '' },
    });
    expect(constant(suspended)).toEqual(constant(unknown));
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found', message: 'Not found', errors: {} } });
    await api.ask(`update tenant set status = 'active' where id = $1`, [ctx.tenantId]);
    await sleep(900);
    expect((await publicContext(slug)).status).toBe(200);
  });

  it.each(['', '?slug=', '?slug=A', '?slug=a.b', `?slug=${'x'.repeat(64)}`, '?slug=a&slug=b', '?slug=a&x=1', "?slug=a'--"])(
    'refuses the question %j',
    async (query) => {
      expect(await api.anonymous('GET', `/tenant/public-context${query}`)).toMatchObject({
        status: 400,
        body: { code: 'validation_error' },
      });
    },
  );
});
