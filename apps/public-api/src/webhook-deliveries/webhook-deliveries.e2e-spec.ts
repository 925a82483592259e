import { newId } from '@tallystick/kernel';
import { eventCatalogue } from '@tallystick/platform';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Webhook } from 'standardwebhooks';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';
import { Receiver, until } from '../../../../test/support/receiver.js';
import { emptyQueues, startTestWorker } from '../../../../test/support/worker.js';
import type { TestApp } from '../../../../test/support/http-app.js';

interface Delivery {
  id: string;
  endpoint_id: string;
  event_id: string;
  event_type: string;
  status: string;
  attempts: number;
  last_status: number | null;
  request_body?: string;
  tries?: {
    number: number;
    request_headers: Record<string, string>;
    response_status: number | null;
    response_text: string | null;
    duration_ms: number;
  }[];
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
const mistakesIn = (type: string, data: object): unknown[] => {
  const validate = ajv.compile(eventCatalogue().find(({ name }) => name === type)!.schema);
  validate(data);
  return validate.errors ?? [];
};

// The whole way: an API call, the outbox, the relay, a receiver on this machine, and what the API then tells of it.
describe('webhook deliveries', () => {
  let api: PublicApi;
  let worker: TestApp;
  let receiver: Receiver;
  let endpoint: { id: string; secret: string };

  beforeAll(async () => {
    api = await startPublicApi({}, 0, { mode: 'sandbox' });
    await emptyQueues(api.database);
    worker = await startTestWorker(api.database);
    receiver = await new Receiver().open();
    endpoint = (
      await api.call<typeof endpoint>('POST', '/webhook-endpoints', { url: receiver.url, event_types: ['member.created', 'points.earned'] })
    ).body.data;
    await api.call('POST', '/members', { reference: 'CUST-1' });
    for (let n = 1; n <= 5; n++) await api.call('POST', '/points/earn', { member_reference: 'CUST-1', reference: `e-${n}`, points: n });
    await until(async () => (await list('?status=delivered')).length === 6, 30_000);
  });
  afterAll(async () => {
    await worker.close();
    await receiver.close();
    await api.close();
  });

  const waiting = async (): Promise<number> => {
    const [row] = await api.uow.read(api.integrator.ctx, (tx) =>
      tx.query<{ n: number }>('select count(*)::int as n from event where relayed_at is null'),
    );
    return row!.n;
  };
  const list = async (query = '') => (await api.call<Delivery[]>('GET', `/webhook-deliveries${query}`)).body.data;

  it('tell what happened, as its schema says, signed with the endpoint’s secret (WHK-01, OAS-08)', () => {
    expect(receiver.calls).toHaveLength(6);
    const told = receiver.calls.map(
      ({ body, headers }) => new Webhook(endpoint.secret).verify(body, headers as Record<string, string>) as { type: string; data: object },
    );
    for (const { type, data } of told) expect([type, mistakesIn(type, data)]).toEqual([type, []]);
    expect(told.map(({ type }) => type).sort()).toEqual(['member.created', ...Array(5).fill('points.earned')]);
  });

  it('are listed newest first, by endpoint, status, event and time', async () => {
    const all = await list();
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    expect(all[0]).toMatchObject({ endpoint_id: endpoint.id, status: 'delivered', attempts: 1, last_status: 204 });
    expect(new Set(all.map(({ event_id }) => event_id))).toEqual(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])));
    expect(await list('?event_type=member.created')).toHaveLength(1);
    expect(await list(`?endpoint_id=${endpoint.id}`)).toHaveLength(6);
    expect(await list(`?endpoint_id=${newId()}`)).toEqual([]);
    expect(await list('?status=failed')).toEqual([]);
    const [before, after] = [new Date(Date.now() - 3_600_000).toISOString(), new Date(Date.now() + 3_600_000).toISOString()];
    expect(await list(`?from=${before}&to=${after}`)).toHaveLength(6);
    expect(await list(`?from=${after}`)).toEqual([]);
    expect(await list(`?to=${before}`)).toEqual([]);
  });

  it('are walked by cursor (LST-01)', async () => {
    const first = await api.call<Delivery[]>('GET', '/webhook-deliveries?page_size=4');
    const { next_cursor } = first.body.meta.pagination;
    const second = await list(`?page_size=4&cursor=${next_cursor}`);
    expect([...first.body.data, ...second]).toEqual(await list());
  });

  it.each(['status=lost', 'from=yesterday', 'endpoint_id=7', 'page_size=101', 'page=1', 'event=points.earned'])(
    'refuse the query %s (LST-02, LST-07)',
    async (query) => {
      expect((await api.call('GET', `/webhook-deliveries?${query}`)).status).toBe(400);
    },
  );

  it('show their tries with what was answered (WHK-08)', async () => {
    receiver.answer = (response) => void response.writeHead(500, { 'content-type': 'text/plain' }).end('x'.repeat(5_000));
    await api.call('POST', '/members', { reference: 'CUST-2' });
    await until(async () => (await list('?status=failed')).length === 1);
    const [failed] = await list('?status=failed');
    const { data } = (await api.call<Delivery>('GET', `/webhook-deliveries/${failed!.id}`)).body;
    expect(data).toMatchObject({
      id: failed!.id,
      status: 'failed',
      last_status: 500,
      tries: [{ number: 1, request_url: receiver.url, response_status: 500, response_text: 'x'.repeat(2_048) }],
    });
    const sent = receiver.calls.at(-1)!;
    expect(data.request_body).toBe(sent.body);
    const { 'webhook-signature': signature, ...shown } = data.tries![0]!.request_headers;
    expect(signature).toBeUndefined();
    expect(sent.headers).toMatchObject(shown);
  });

  it('are made once more by request, one or all that failed or were missed, under the same ids (WHK-08)', async () => {
    receiver.answer = (response) => void response.writeHead(204).end();
    const [failed] = await list('?status=failed');
    await api.call('POST', `/webhook-deliveries/${failed!.id}/replay`);
    await until(async () => (await list('?status=delivered')).length === 7);
    expect(receiver.calls.slice(-2).map(({ headers }) => headers['webhook-id'])).toEqual([failed!.event_id, failed!.event_id]);

    const change = (status: string) => api.call('PATCH', `/webhook-endpoints/${endpoint.id}`, { status });
    await change('disabled');
    for (let n = 1; n <= 3; n++)
      await api.call('POST', '/points/earn', { member_reference: 'CUST-2', reference: `missed-${n}`, points: n });
    await until(async () => (await waiting()) === 0);
    await change('active');
    const before = receiver.calls.length;
    const replay = (await api.call<{ id: string }>('POST', `/webhook-endpoints/${endpoint.id}/replays`, { since: '2020-01-01T00:00:00Z' }))
      .body.data;
    await until(() => receiver.calls.length === before + 3);
    const done = await api.call('GET', `/webhook-endpoints/${endpoint.id}/replays/${replay.id}`);
    expect(done.body.data).toMatchObject({ status: 'completed', events: 10, deliveries: 3 });
  });

  it('are signed by two secrets while one is changed for another, and a test is sent by request (WHK-06, WHK-11)', async () => {
    const { secret } = (await api.call<{ secret: string }>('POST', `/webhook-endpoints/${endpoint.id}/secret`, {})).body.data;
    const { id } = (await api.call<Delivery>('POST', `/webhook-endpoints/${endpoint.id}/test`)).body.data;
    await until(async () => (await api.call<Delivery>('GET', `/webhook-deliveries/${id}`)).body.data.status === 'delivered');
    const { body, headers } = receiver.calls.at(-1)!;
    for (const each of [endpoint.secret, secret])
      expect(new Webhook(each).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'webhook.test' });
  });

  it('of another tenant are not found (AZN-01)', async () => {
    const stranger = api.as(await openIntegrator(api.app));
    const [one] = await list();
    expect((await stranger('GET', `/webhook-deliveries/${one!.id}`)).status).toBe(404);
    expect((await stranger('GET', '/webhook-deliveries')).body.data).toEqual([]);
    expect((await api.call('GET', '/webhook-deliveries/no-id')).status).toBe(404);
  });
});
