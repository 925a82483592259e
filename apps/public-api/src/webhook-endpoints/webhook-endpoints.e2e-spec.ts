import { newId } from '@tallystick/kernel';
import { eventCatalogue } from '@tallystick/platform';
import { Client } from 'pg';
import { openIntegrator, type Integrator } from '../../../../test/support/integrator.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';
import { describeWebhookSurface } from '../../../../test/support/webhook-trial.js';

interface Endpoint {
  id: string;
  url: string;
  event_types: string[];
  description: string | null;
  status: string;
  disabled_reason: string | null;
  secret?: string;
}

const URL = 'https://93.184.216.34/hook';
let api: PublicApi;
let stranger: Integrator;

beforeAll(async () => {
  api = await startPublicApi();
  stranger = await openIntegrator(api.app);
});
afterAll(() => api.close());

const create = (body: object = {}, headers?: Record<string, string>) =>
  api.call<Endpoint>('POST', '/webhook-endpoints', { url: URL, event_types: ['*'], ...body }, headers);

describe('webhooks on the public API', () => {
  describeWebhookSurface(() => ({ call: api.call as never, stranger: api.as(stranger) as never }));
});

describe('webhook endpoints', () => {
  it('are registered with a secret that is shown this once', async () => {
    const { status, body } = await create({ event_types: ['points.earned'], description: 'Core banking' });
    expect([status, body.code]).toEqual([201, 'created']);
    expect(body.data).toMatchObject({
      url: URL,
      event_types: ['points.earned'],
      description: 'Core banking',
      status: 'active',
      disabled_reason: null,
    });
    expect(body.data.secret).toMatch(/^whsec_/);
    const shown = await api.call<Endpoint>('GET', `/webhook-endpoints/${body.data.id}`);
    const { secret, ...rest } = body.data;
    expect(secret).toBeDefined();
    expect(shown.body.data).toEqual(rest);
  });

  it('answer a repeat with the same secret, which nobody can read at rest (IDM-01)', async () => {
    const key = { 'idempotency-key': newId() };
    const [first, again] = [await create({}, key), await create({}, key)];
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replayed']).toBe('true');
    const client = new Client({ connectionString: api.database.ownerUrl });
    await client.connect();
    const { rows } = await client.query(`select body from idempotency_key union all select secret from webhook_endpoint`);
    await client.end();
    for (const { body } of rows) expect(body).not.toContain(first.body.data.secret!.slice(6));
  });

  it.each([
    ['http://example.com/hook', /https/],
    ['http://127.0.0.1:4999/hook', /sandbox tenants only/],
    ['https://localhost/hook', /sandbox tenants only/],
    ['https://10.0.0.1/hook', /not public/],
    ['https://[::ffff:127.0.0.1]/hook', /not public/],
    ['https://2130706433:443.example/hook', /absolute/],
    ['https://metadata.google.internal/', /not public/],
    ['https://a:b@example.com/', /user name/],
    ['https://example.com:8080/', /port/],
    ['gopher://example.com/', /https/],
    ['no url', /absolute/],
  ])('refuse the address %s, naming the field (SSRF-01)', async (url, message) => {
    const { id } = (await create()).body.data;
    for (const { status, body } of [await create({ url }), await api.call('PATCH', `/webhook-endpoints/${id}`, { url })]) {
      expect([status, body.code]).toEqual([400, 'validation_error']);
      expect((body.errors.url as string[])[0]).toMatch(message);
    }
  });

  it('may be on this machine where a sandbox asks', async () => {
    const sandbox = api.as(await openIntegrator(api.app, { tenant: { mode: 'sandbox' } }));
    const url = 'http://127.0.0.1:4999/hook';
    expect((await sandbox('POST', '/webhook-endpoints', { url, event_types: ['*'] })).status).toBe(201);
    expect((await sandbox('POST', '/webhook-endpoints', { url: 'http://10.0.0.1/', event_types: ['*'] })).status).toBe(400);
  });

  it.each([
    [{ event_types: [] }, 'event_types'],
    [{ event_types: ['points.eaten'] }, 'event_types'],
    [{ event_types: ['*', 'points.earned'] }, 'event_types'],
    [{ event_types: ['points.earned', 'points.earned'] }, 'event_types'],
    [{ event_types: 'points.earned' }, 'event_types'],
    [{ url: undefined }, 'url'],
    [{ url: 7 }, 'url'],
    [{ description: '' }, 'description'],
    [{ secret: 'whsec_mine' }, 'secret'],
    [{ tenant_id: newId() }, 'tenant_id'],
  ])('refuse %j, naming the field (ERR-02, AZN-03)', async (change, field) => {
    const { status, body } = await create(change);
    expect([status, body.code, Object.keys(body.errors)]).toEqual([400, 'validation_error', [field]]);
  });

  it('take every event that is declared, and name them when one is wrong', async () => {
    const names = eventCatalogue().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['points.earned', 'points.redeemed', 'member.created', 'webhook_endpoint.disabled']));
    expect((await create({ event_types: names })).status).toBe(201);
    const { errors } = (await create({ event_types: ['points.eaten'] })).body;
    for (const name of names) expect((errors.event_types as string[])[0]).toContain(name);
  });

  it('are changed, disabled, made active, and removed', async () => {
    const { id } = (await create()).body.data;
    const change = (body: object) => api.call<Endpoint>('PATCH', `/webhook-endpoints/${id}`, body);
    expect((await change({ status: 'disabled', description: 'old' })).body.data).toMatchObject({
      status: 'disabled',
      disabled_reason: 'request',
      description: 'old',
      url: URL,
    });
    expect((await change({ status: 'active', description: null, event_types: ['points.earned'] })).body.data).toMatchObject({
      status: 'active', disabled_reason: null, description: null, event_types: ['points.earned'],
    }); // prettier-ignore
    expect((await change({ status: 'removed' })).body).toMatchObject({ code: 'validation_error' });
    expect((await api.call('DELETE', `/webhook-endpoints/${id}`)).body).toMatchObject({ code: 'success', data: null });
    for (const [method, body] of [['GET'], ['PATCH', { status: 'active' }], ['DELETE']] as const) {
      const answer = await api.call(method, `/webhook-endpoints/${id}`, body);
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
  });

  it('of another tenant are not found, nor is what is no id (AZN-01, TEN-07)', async () => {
    const { id } = (await create()).body.data;
    for (const [method, body] of [['GET'], ['PATCH', { status: 'disabled' }], ['DELETE']] as const) {
      expect((await api.as(stranger)(method, `/webhook-endpoints/${id}`, body)).status).toBe(404);
      expect((await api.call(method, '/webhook-endpoints/no-id', body)).status).toBe(404);
    }
    expect((await api.as(stranger)('GET', '/webhook-endpoints')).body.data).toEqual([]);
  });

  it('are walked page by page, newest first (LST-01, LST-02)', async () => {
    const walker = await openIntegrator(api.app);
    const call = api.as(walker);
    const ids: string[] = [];
    for (let n = 0; n < 5; n++)
      ids.unshift((await call<Endpoint>('POST', '/webhook-endpoints', { url: URL, event_types: ['*'] })).body.data.id);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await call<Endpoint[]>('GET', `/webhook-endpoints?page_size=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ id }) => id));
      if (!body.meta.pagination.has_next) break;
      cursor = body.meta.pagination.next_cursor!;
    }
    expect(seen).toEqual(ids);
    const { next_cursor } = (await call('GET', '/webhook-endpoints?page_size=2')).body.meta.pagination;
    expect((await api.call('GET', `/webhook-endpoints?cursor=${next_cursor}`)).status).toBe(400);
    expect((await call('GET', `/webhook-deliveries?cursor=${next_cursor}`)).status).toBe(400);
    expect((await call('GET', '/webhook-endpoints?page_size=0')).status).toBe(400);
  });

  it('are for clients with the scope (OAU-08)', async () => {
    const reader = await openIntegrator(api.app, { ctx: api.integrator.ctx, scopes: ['webhooks:read'] });
    const outsider = await openIntegrator(api.app, { ctx: api.integrator.ctx, scopes: ['points:write'] });
    expect((await api.as(reader)('GET', '/webhook-endpoints')).status).toBe(200);
    expect((await api.as(reader)('POST', '/webhook-endpoints', { url: URL, event_types: ['*'] })).status).toBe(403);
    expect((await api.as(outsider)('GET', '/webhook-endpoints')).status).toBe(403);
    expect((await api.as(outsider)('GET', '/webhook-deliveries')).status).toBe(403);
  });

  it('are fifty at most', async () => {
    const many = api.as(await openIntegrator(api.app));
    const answers = [];
    for (let n = 0; n < 51; n++) answers.push(await many('POST', '/webhook-endpoints', { url: URL, event_types: ['*'] }));
    expect(answers.slice(0, 50).every(({ status }) => status === 201)).toBe(true);
    expect([answers[50]!.status, answers[50]!.body.code]).toEqual([409, 'webhook_endpoints_exhausted']);
  });
});
