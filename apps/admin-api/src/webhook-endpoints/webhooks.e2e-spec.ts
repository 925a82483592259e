import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { describeWebhookSurface } from '../../../../test/support/webhook-trial.js';

describe('webhooks on the admin API', () => {
  let api: AdminApi;
  let [admin, auditor, stranger]: AdminCaller[] = [];
  beforeAll(async () => {
    api = await startAdminApi();
    const [ctx, other] = [await openTenant(api.uow), await openTenant(api.uow)];
    [admin, auditor] = [await api.person(ctx, 'tenant_admin'), await api.person(ctx, 'auditor')];
    stranger = await api.person(other, 'tenant_admin');
  });
  afterAll(() => api?.close());

  describeWebhookSurface(() => ({ call: admin!.call as never, stranger: stranger!.call as never }));

  it('is read by auditors, and changed by admins alone', async () => {
    expect((await auditor!.call('GET', '/webhook-deliveries')).status).toBe(200);
    const body = { url: 'https://93.184.216.34/hook', event_types: ['*'] };
    expect((await auditor!.call('POST', '/webhook-endpoints', body)).status).toBe(403);
  });
});
