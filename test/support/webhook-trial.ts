import { newId } from '@tallystick/kernel';

interface Told {
  readonly status: number;
  readonly body: { readonly code: string; readonly data: never; readonly errors: Record<string, unknown> };
}

/** Calls below `/api/v1` as somebody who may write webhooks, and as somebody of another tenant. */
export interface WebhookCallers {
  call(method: string, path: string, body?: object): Promise<Told>;
  stranger(method: string, path: string, body?: object): Promise<Told>;
}

interface Endpoint {
  readonly id: string;
  readonly secret: string;
  readonly status: string;
  readonly previous_secret_expires_at: string | null;
}

/** What both APIs let a tenant do with webhooks, without a worker: what is to be delivered waits. */
export function describeWebhookSurface(callers: () => WebhookCallers): void {
  const call = async <Data>(method: string, path: string, body?: object): Promise<{ status: number; code: string; data: Data }> => {
    const told = await callers().call(method, path, body);
    return { status: told.status, code: told.body.code, data: told.body.data };
  };
  const create = async (): Promise<Endpoint> =>
    (await call<Endpoint>('POST', '/webhook-endpoints', { url: 'https://93.184.216.34/hook', event_types: ['points.*'] })).data;

  it('registers, lists, shows, changes and removes endpoints', async () => {
    const { id, secret } = await create();
    expect(secret).toMatch(/^whsec_/);
    expect((await call<Endpoint[]>('GET', '/webhook-endpoints')).data.map((each) => each.id)).toContain(id);
    const shown = await call<Endpoint>('GET', `/webhook-endpoints/${id}`);
    expect(shown.data).toMatchObject({ id, kind: 'standard', purpose: null, event_types: ['points.*'], previous_secret_expires_at: null });
    expect(shown.data).not.toHaveProperty('secret');
    expect((await call('PATCH', `/webhook-endpoints/${id}`, { url: 'https://10.0.0.1/' })).code).toBe('validation_error');
    expect((await call<Endpoint>('PATCH', `/webhook-endpoints/${id}`, { status: 'disabled' })).data.status).toBe('disabled');
    for (const [path, body] of [['test'], ['replays', { since: '2026-01-01T00:00:00Z' }]] as const)
      expect((await call('POST', `/webhook-endpoints/${id}/${path}`, body)).code).toBe('invalid_state');
    expect((await call('DELETE', `/webhook-endpoints/${id}`)).status).toBe(200);
    expect((await call('GET', `/webhook-endpoints/${id}`)).code).toBe('not_found');
  });

  it('changes a secret with an overlap, and ends the former one (WHK-06)', async () => {
    const { id, secret } = await create();
    const rotate = (body: object) => call<Endpoint>('POST', `/webhook-endpoints/${id}/secret`, body);
    const rotated = await rotate({});
    expect([rotated.status, rotated.data.secret === secret]).toEqual([201, false]);
    expect(rotated.data.previous_secret_expires_at).not.toBeNull();
    expect((await rotate({ overlap_seconds: 60 })).code).toBe('invalid_state');
    const removed = await call<Endpoint>('DELETE', `/webhook-endpoints/${id}/previous-secret`);
    expect(removed.data.previous_secret_expires_at).toBeNull();
    expect((await call('DELETE', `/webhook-endpoints/${id}/previous-secret`)).code).toBe('invalid_state');
    for (const overlap_seconds of [-1, 604_801, 'a day']) expect((await rotate({ overlap_seconds })).code).toBe('validation_error');
  });

  it('sends a test that answers with its delivery, and delivers it once more (WHK-08, WHK-11)', async () => {
    const { id } = await create();
    const tested = await call<{ id: string; event_id: string }>('POST', `/webhook-endpoints/${id}/test`);
    expect([tested.status, tested.data]).toMatchObject([
      201,
      { endpoint_id: id, event_type: 'webhook.test', status: 'pending', attempts: 0 },
    ]);
    const path = `/webhook-deliveries/${tested.data.id}`;
    const shown = await call<{ request_body: string }>('GET', path);
    expect(JSON.parse(shown.data.request_body)).toMatchObject({ type: 'webhook.test', data: { endpoint_id: id } });
    expect((await call('GET', `/webhook-deliveries?endpoint_id=${id}&status=pending`)).data).toHaveLength(1);
    const again = await call<{ event_id: string }>('POST', `${path}/replay`);
    expect([again.status, again.data.event_id]).toEqual([202, tested.data.event_id]);
    await call('DELETE', `/webhook-endpoints/${id}`);
    expect((await call('POST', `${path}/replay`)).code).toBe('invalid_state');
  });

  it('replays a span of time as a work that is looked at (WHK-08)', async () => {
    const { id } = await create();
    const path = `/webhook-endpoints/${id}/replays`;
    const asked = await call<{ id: string }>('POST', path, { since: '2026-01-01T00:00:00Z', event_types: ['points.earned'] });
    expect([asked.status, asked.data]).toMatchObject([202, { endpoint_id: id, status: 'queued', undelivered_only: true, deliveries: 0 }]);
    expect((await call('GET', `${path}/${asked.data.id}`)).data).toEqual(asked.data);
    expect((await call('GET', path)).data).toEqual([asked.data]);
    for (const body of [
      {},
      { since: '2999-01-01T00:00:00Z' },
      { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' },
      { since: '2026-01-01T00:00:00Z', event_types: ['points.eaten'] },
    ])
      expect((await call('POST', path, body)).code).toBe('validation_error');
  });

  it('tells of every event that there is, with its schema and an example', async () => {
    const { data } = await call<{ name: string; schema: object; example: object }[]>('GET', '/webhook-event-types');
    expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(['points.earned', 'webhook.test', 'webhook_endpoint.disabled']));
    expect(data.find(({ name }) => name === 'member.merged')).toMatchObject({
      schema: { type: 'object' },
      example: { id: expect.any(String) },
    });
  });

  it('shows and does nothing of another tenant (AZN-01)', async () => {
    const { id } = await create();
    const delivery = (await call<{ id: string }>('POST', `/webhook-endpoints/${id}/test`)).data.id;
    const replay = (await call<{ id: string }>('POST', `/webhook-endpoints/${id}/replays`, { since: '2026-01-01T00:00:00Z' })).data.id;
    for (const [method, path, body] of [
      ['POST', `/webhook-endpoints/${id}/test`],
      ['POST', `/webhook-endpoints/${id}/secret`, {}],
      ['DELETE', `/webhook-endpoints/${id}/previous-secret`],
      ['POST', `/webhook-endpoints/${id}/replays`, { since: '2026-01-01T00:00:00Z' }],
      ['GET', `/webhook-endpoints/${id}/replays`],
      ['GET', `/webhook-endpoints/${id}/replays/${replay}`],
      ['GET', `/webhook-deliveries/${delivery}`],
      ['POST', `/webhook-deliveries/${delivery}/replay`],
    ] as const)
      expect([path, (await callers().stranger(method, path, body)).body.code]).toEqual([path, 'not_found']);
    expect((await call('GET', `/webhook-endpoints/${id}/replays/${newId()}`)).code).toBe('not_found');
  });
}
