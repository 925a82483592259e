import { randomBytes } from 'node:crypto';
import { FindTenantAdmins } from '@tallystick/identity';
import { DomainError, requestContext, type TenantContext } from '@tallystick/kernel';
import { defineEvent, Keyring, type UnitOfWork } from '@tallystick/platform';
import type { DataSource } from 'typeorm';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../test/support/database.js';
import { accessEntities, openPerson, openTenant } from '../../../test/support/identity.js';
import {
  CancelDeliveries,
  CreateWebhookEndpoint,
  DueDeliveries,
  FanOutEvents,
  LeaseEndpoint,
  RecordAttempts,
  RemoveOldEvents,
  RemovePreviousWebhookSecret,
  RemoveWebhookEndpoint,
  ReplayDelivery,
  ReplayWebhooks,
  RotateWebhookSecret,
  SaveCallback,
  StartWebhookReplay,
  TellEndpointDisabled,
  TestWebhookEndpoint,
  UpdateWebhookEndpoint,
  WaitingEndpoints,
  WebhookDeliveries,
  WebhookEndpoints,
  WebhookReplays,
  type Attempt,
  type DueDelivery,
  type LeasedEndpoint,
  type Verdict,
} from './index.js';

const Poured = defineEvent<{ cups: number }>({ name: 'tea.poured', summary: 'Tea was poured', schema: { type: 'object' } });
const Spilled = defineEvent<{ cups: number }>({ name: 'tea.spilled', summary: 'Tea was spilled', schema: { type: 'object' } });

const keyring = new Keyring([randomBytes(32)]);
const create = new CreateWebhookEndpoint(keyring);
const [update, remove, endpoints] = [new UpdateWebhookEndpoint(), new RemoveWebhookEndpoint(), new WebhookEndpoints()];
const [fanOut, lease, due, record] = [new FanOutEvents(), new LeaseEndpoint(keyring), new DueDeliveries(), new RecordAttempts()];
const [rotate, removePrevious, saveCallback] = [
  new RotateWebhookSecret(keyring),
  new RemovePreviousWebhookSecret(),
  new SaveCallback(keyring),
];
const [replayDelivery, startReplay, replayWebhooks, replays, test] = [
  new ReplayDelivery(),
  new StartWebhookReplay(),
  new ReplayWebhooks(),
  new WebhookReplays(),
  new TestWebhookEndpoint(),
];
const [cancel, waiting, deliveries, removeOld] = [
  new CancelDeliveries(),
  new WaitingEndpoints(),
  new WebhookDeliveries(),
  new RemoveOldEvents(),
];
const platform = requestContext({ tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'messaging-test' });

describe('messaging', () => {
  let database: TestDatabase;
  let app: { uow: UnitOfWork; close(): Promise<void> };
  let worker: { uow: UnitOfWork; close(): Promise<void> };
  let owner: { dataSource: DataSource; close(): Promise<void> };
  let ctx: TenantContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
    worker = await openUnitOfWork(database.workerUrl);
    owner = await openUnitOfWork(database.ownerUrl);
  });
  beforeEach(async () => {
    ctx = await openTenant(app.uow);
  });
  afterAll(async () => {
    for (const each of [app, worker, owner, database]) await each?.close();
  });

  const newEndpoint = (eventTypes = ['*'], url = 'https://hooks.example.com/in') =>
    app.uow.run(ctx, (tx) => create.execute(tx, { url, eventTypes, description: 'for tests' }));
  const emit = (count: number, event = Poured) =>
    app.uow.run(ctx, async (tx) => {
      for (let cups = 1; cups <= count; cups++) tx.emit(event, { cups });
    });
  const relay = () => worker.uow.run(ctx, (tx) => fanOut.execute(tx));
  const take = async (endpointId: string) => (await worker.uow.run(ctx, (tx) => lease.execute(tx, endpointId)))!;
  const dueFor = (endpointId: string, busy: string[] = []) => worker.uow.read(ctx, (tx) => due.find(tx, endpointId, busy, 1_000));
  const tried = ({ id, attempts }: DueDelivery, verdict: Verdict, status: number | null = 200): Attempt => ({
    deliveryId: id,
    number: attempts + 1,
    verdict,
    url: 'https://hooks.example.com/in',
    headers: { 'webhook-id': id },
    durationMs: 12,
    ageMs: 40,
    responseStatus: status,
    responseText: 'ok',
    error: status ? null : 'timed out',
  });
  const write = (endpoint: LeasedEndpoint, attempts: Attempt[], release = false) =>
    worker.uow.run(ctx, (tx) => record.execute(tx, endpoint, attempts, release));
  const list = (filter = {}, page = {}) => app.uow.read(ctx, (tx) => deliveries.list(tx, filter, { limit: 100, ...page }));
  const refusal = async (work: Promise<unknown>): Promise<string> =>
    ((await work.catch((error: unknown) => error)) as DomainError).definition?.code;

  describe('endpoints', () => {
    it('show their secret once and keep it sealed', async () => {
      const { secret, ...shown } = await newEndpoint(['tea.poured']);
      expect(shown).toMatchObject({
        url: 'https://hooks.example.com/in',
        eventTypes: ['tea.poured'],
        description: 'for tests',
        status: 'active',
        disabledReason: null,
      });
      expect(await app.uow.read(ctx, (tx) => endpoints.find(tx, shown.id))).toEqual(shown);
      const [row] = await owner.dataSource.query('select secret from webhook_endpoint where id = $1', [shown.id]);
      expect(row.secret).not.toContain(secret.slice(6));
      expect((await take(shown.id)).secrets).toEqual([secret]);
    });

    it('are changed, listed newest first, and removed with their secret', async () => {
      const [one, two] = [await newEndpoint(), await newEndpoint()];
      const changed = await app.uow.run(ctx, (tx) =>
        update.execute(tx, one.id, { description: null, eventTypes: ['tea.spilled'], status: 'disabled' }),
      );
      expect(changed).toMatchObject({
        description: null,
        eventTypes: ['tea.spilled'],
        status: 'disabled',
        disabledReason: 'request',
        url: one.url,
      });
      const all = () => app.uow.read(ctx, (tx) => endpoints.list(tx, { limit: 10 }));
      expect((await all()).map(({ id }) => id)).toEqual([two.id, one.id]);
      expect((await app.uow.read(ctx, (tx) => endpoints.list(tx, { limit: 10, before: two.id }))).map(({ id }) => id)).toEqual([one.id]);
      await app.uow.run(ctx, (tx) => remove.execute(tx, two.id));
      expect((await all()).map(({ id }) => id)).toEqual([one.id]);
      expect(await refusal(app.uow.read(ctx, (tx) => endpoints.find(tx, two.id)))).toBe('not_found');
      expect(await refusal(app.uow.run(ctx, (tx) => remove.execute(tx, two.id)))).toBe('not_found');
      expect(await refusal(app.uow.run(ctx, (tx) => update.execute(tx, two.id, { status: 'active' })))).toBe('not_found');
      expect(await owner.dataSource.query('select secret from webhook_endpoint where id = $1', [two.id])).toEqual([{ secret: '' }]);
      expect(await app.uow.read(ctx, (tx) => tx.query('select name, payload from job_outbox'))).toEqual([
        { name: 'cancel-deliveries', payload: { endpoint_id: two.id } },
      ]);
    });

    it('of another tenant do not exist (TEN-07, AZN-01)', async () => {
      const { id } = await newEndpoint();
      const stranger = await openTenant(app.uow);
      expect(await refusal(app.uow.read(stranger, (tx) => endpoints.find(tx, id)))).toBe('not_found');
      expect(await refusal(app.uow.run(stranger, (tx) => update.execute(tx, id, { status: 'disabled' })))).toBe('not_found');
      expect(await refusal(app.uow.run(stranger, (tx) => remove.execute(tx, id)))).toBe('not_found');
      expect(await app.uow.read(stranger, (tx) => endpoints.list(tx, { limit: 10 }))).toEqual([]);
    });

    it('get a new secret, and sign with the one before as well for as long as was said (WHK-06)', async () => {
      const { id, secret: first } = await newEndpoint();
      const secretsOf = async () => {
        const leased = await take(id);
        await write(leased, [], true);
        return leased.secrets;
      };
      const next = (overlapSeconds: number) => app.uow.run(ctx, (tx) => rotate.execute(tx, { id, overlapSeconds }));
      const { secret: second, previousSecretExpiresAt } = await next(3_600);
      expect(Math.round((previousSecretExpiresAt!.getTime() - Date.now()) / 60_000)).toBe(60);
      expect(await secretsOf()).toEqual([second, first]);
      expect(await refusal(next(60))).toBe('invalid_state');
      const remove = () => app.uow.run(ctx, (tx) => removePrevious.execute(tx, id));
      expect(await remove()).toMatchObject({ previousSecretExpiresAt: null });
      expect(await secretsOf()).toEqual([second]);
      expect(await refusal(remove())).toBe('invalid_state');
      const { secret: third } = await next(60);
      await owner.dataSource.query('update webhook_endpoint set previous_secret_expires_at = now() where id = $1', [id]);
      expect(await secretsOf()).toEqual([third]);
      const { secret: fourth } = await next(0);
      expect(await secretsOf()).toEqual([fourth]);
      const stranger = await openTenant(app.uow);
      expect(await refusal(app.uow.run(stranger, (tx) => rotate.execute(tx, { id, overlapSeconds: 0 })))).toBe('not_found');
      expect(await refusal(app.uow.run(stranger, (tx) => removePrevious.execute(tx, id)))).toBe('not_found');
    });

    it('that another room keeps for a purpose are one, told in the words of that room', async () => {
      const save = (url: string, tenant = ctx) =>
        app.uow.run(tenant, (tx) => saveCallback.execute(tx, { purpose: 'tea.callback', kind: 'reworth', url, eventType: 'tea.poured' }));
      const [made, again] = await Promise.all([1, 2].map(() => save('https://hooks.example.com/a')));
      expect(again!.id).toBe(made!.id);
      expect([made!.secret, again!.secret].filter((secret) => secret !== null)).toEqual([expect.stringMatching(/^whsec_/)]);
      await app.uow.run(ctx, (tx) => update.execute(tx, made!.id, { status: 'disabled' }));
      expect(await save('https://hooks.example.com/b')).toMatchObject({
        id: made!.id, url: 'https://hooks.example.com/b', kind: 'reworth', eventTypes: ['tea.poured'], status: 'active', secret: null,
      }); // prettier-ignore
      expect((await save('https://hooks.example.com/a', await openTenant(app.uow))).secret).not.toBeNull();
      await emit(1);
      await emit(1, Spilled);
      await relay();
      const [one, ...rest] = await dueFor(made!.id);
      expect([JSON.parse(one!.body), rest]).toEqual([{ cups: 1 }, []]);
      await app.uow.run(ctx, (tx) => remove.execute(tx, made!.id));
      expect((await save('https://hooks.example.com/a')).id).not.toBe(made!.id);
    });

    it('are fifty at most, also when many are made at once', async () => {
      const made = await Promise.all(
        Array.from({ length: 55 }, () =>
          newEndpoint().then(
            () => 'made',
            (error: DomainError) => error.definition.code,
          ),
        ),
      );
      expect(made.filter((each) => each === 'made')).toHaveLength(50);
      expect(new Set(made)).toEqual(new Set(['made', 'webhook_endpoints_exhausted']));
    });
  });

  describe('events', () => {
    it('become one delivery for each active endpoint that wants them, once (WHK-10)', async () => {
      const [all, poured, spilled, off] = [
        await newEndpoint(),
        await newEndpoint(['tea.poured']),
        await newEndpoint(['tea.spilled']),
        await newEndpoint(),
      ];
      await app.uow.run(ctx, (tx) => update.execute(tx, off.id, { status: 'disabled' }));
      await emit(3);
      await emit(2, Spilled);
      expect(await relay()).toEqual({ events: 5, endpointIds: expect.arrayContaining([all.id, poured.id, spilled.id]) });
      expect(await relay()).toEqual({ events: 0, endpointIds: [] });
      const counts = await Promise.all([all, poured, spilled, off].map(async ({ id }) => (await list({ endpointId: id })).length));
      expect(counts).toEqual([5, 3, 2, 0]);
    });

    it('are fanned out once though two relays work at the same time and one of them dies (OUT-02)', async () => {
      const { id } = await newEndpoint();
      await emit(2_500);
      await Promise.all([1, 2, 3].map(() => relay()));
      await worker.uow.run(ctx, async (tx) => (await fanOut.execute(tx), Promise.reject(new Error('killed')))).catch(() => undefined);
      while ((await relay()).events > 0);
      // Even an event that is taken for new again adds nothing: its delivery has the same id.
      await owner.dataSource.query('update event set relayed_at = null where tenant_id = $1', [ctx.tenantId]);
      while ((await relay()).events > 0);
      const [row] = await owner.dataSource.query(
        'select count(*)::int, count(distinct event_id)::int as events from webhook_delivery where endpoint_id = $1',
        [id],
      );
      expect(row).toEqual({ count: 2_500, events: 2_500 });
    });

    it('are for endpoints that chose their family too', async () => {
      const { id } = await newEndpoint(['tea.*']);
      await emit(1);
      await emit(1, Spilled);
      await relay();
      expect((await dueFor(id)).map(({ eventName }) => eventName)).toEqual(['tea.poured', 'tea.spilled']);
    });

    it('carry a number that grows with each change of the same thing, within a transaction and from one to the next (WHK-09)', async () => {
      const { id } = await newEndpoint();
      for (let n = 0; n < 5; n++) await emit(200);
      await relay();
      const bodies: { sequence: number; data: { cups: number } }[] = [];
      for (let page = await dueFor(id); page.length > 0;) {
        bodies.push(...page.map(({ body }) => JSON.parse(body)));
        await write(await take(id), page.map((each) => tried(each, { status: 'delivered' })), true); // prettier-ignore
        page = await dueFor(id);
      }
      const inOrder = bodies.sort((a, b) => a.sequence - b.sequence);
      expect(new Set(inOrder.map(({ sequence }) => sequence)).size).toBe(1_000);
      expect(inOrder.map(({ data }) => data.cups)).toEqual(Array.from({ length: 1_000 }, (_, n) => (n % 200) + 1));
    });

    it('of a megabyte are fetched a few at a time, and whole', async () => {
      const { id } = await newEndpoint();
      const lines = Array.from({ length: 15_000 }, () => randomBytes(48).toString('base64'));
      await app.uow.run(ctx, async (tx) => {
        for (let cups = 1; cups <= 4; cups++) tx.emit(Poured, { cups, lines } as never);
      });
      await relay();
      const page = await dueFor(id);
      expect([page.length > 0, page.length < 4]).toEqual([true, true]);
      expect(JSON.parse(page[0]!.body).data.lines).toEqual(lines);
    });

    it('are told in the words of Standard Webhooks, the same bytes every time', async () => {
      const { id } = await newEndpoint();
      await emit(1);
      await relay();
      const [[first], [again]] = [await dueFor(id), await dueFor(id)];
      expect(JSON.parse(first!.body)).toEqual({
        type: 'tea.poured',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        sequence: expect.any(Number),
        data: { cups: 1 },
      });
      expect(again!.body).toBe(first!.body);
      expect(await dueFor(id, [first!.id])).toEqual([]);
      const [event] = await owner.dataSource.query('select id from event where tenant_id = $1', [ctx.tenantId]);
      expect(first!.eventId).toBe(event.id);
    });
  });

  describe('a delivery', () => {
    it('is recorded with its tries, and is over once it is delivered', async () => {
      const endpoint = await take((await newEndpoint()).id);
      await emit(2);
      await relay();
      const [one, two] = await dueFor(endpoint.id);
      expect(await write(endpoint, [tried(one!, { status: 'delivered' }), tried(two!, { status: 'failed', delayMs: 0 }, null)])).toBe(true);
      const [again] = await dueFor(endpoint.id);
      expect(again).toMatchObject({ id: two!.id, attempts: 1, body: two!.body });
      await write(endpoint, [tried(again!, { status: 'exhausted', gone: false }, 500)]);
      expect(await dueFor(endpoint.id)).toEqual([]);
      expect(await app.uow.read(ctx, (tx) => deliveries.find(tx, two!.id))).toMatchObject({
        status: 'exhausted', attempts: 2, lastStatus: 500, nextAttemptAt: null, deliveredAt: null,
        tries: [
          { number: 1, responseStatus: null, error: 'timed out', durationMs: 12, attemptedAt: expect.any(Date) },
          { number: 2, responseStatus: 500, error: null, responseText: 'ok' },
        ],
      }); // prettier-ignore
      expect(await app.uow.read(ctx, (tx) => deliveries.find(tx, one!.id))).toMatchObject({
        status: 'delivered',
        attempts: 1,
        deliveredAt: expect.any(Date),
      });
      const stranger = await openTenant(app.uow);
      expect(await refusal(app.uow.read(stranger, (tx) => deliveries.find(tx, one!.id)))).toBe('not_found');
    });

    it('is recorded once, whoever comes late with the same try', async () => {
      const endpoint = await take((await newEndpoint()).id);
      await emit(1);
      await relay();
      const [one] = await dueFor(endpoint.id);
      await write(endpoint, [tried(one!, { status: 'failed', delayMs: 0 }, 500)]);
      await write(endpoint, [tried(one!, { status: 'delivered' })]); // the same first try, from a worker that was asleep
      expect(await app.uow.read(ctx, (tx) => deliveries.find(tx, one!.id))).toMatchObject({
        status: 'failed',
        attempts: 1,
        tries: [{ number: 1, responseStatus: 500 }],
      });
    });

    it('is made once more by request, with the whole schedule before it (WHK-05, WHK-08)', async () => {
      const { id } = await newEndpoint();
      const endpoint = await take(id);
      await emit(1);
      await relay();
      const [one] = await dueFor(id);
      const again = () => app.uow.run(ctx, (tx) => replayDelivery.execute(tx, one!.id));
      await write(endpoint, [tried(one!, { status: 'exhausted', gone: false }, 500)]);
      await again();
      expect(await dueFor(id)).toMatchObject([{ id: one!.id, eventId: one!.eventId, body: one!.body, attempts: 1, attemptsBefore: 1 }]);
      await write(endpoint, [tried((await dueFor(id))[0]!, { status: 'delivered' })]);
      await again();
      expect(await dueFor(id)).toMatchObject([{ attempts: 2, attemptsBefore: 2 }]);
      await app.uow.run(ctx, (tx) => update.execute(tx, id, { status: 'disabled' }));
      expect(await refusal(again())).toBe('invalid_state');
    });

    it('is made for each event of a span that was missed or failed, or for all, however many (WHK-08)', async () => {
      const { id } = await newEndpoint(['tea.*']);
      const since = new Date(Date.now() - 60_000);
      await emit(3);
      await relay();
      const [one, two] = await dueFor(id);
      await write(await take(id), [tried(one!, { status: 'delivered' }), tried(two!, { status: 'exhausted', gone: false })], true);
      await app.uow.run(ctx, (tx) => update.execute(tx, id, { status: 'disabled' }));
      await emit(1_200);
      await emit(1, Spilled);
      while ((await relay()).events > 0);
      await app.uow.run(ctx, (tx) => update.execute(tx, id, { status: 'active' }));
      const other = await newEndpoint();
      await app.uow.run(ctx, (tx) => test.execute(tx, other.id)); // for the other alone, also in a replay
      const run = async (order: object) => {
        const asked = await app.uow.run(ctx, (tx) => startReplay.execute(tx, { endpointId: id, since, undeliveredOnly: true, ...order }));
        let steps = 1;
        while (await worker.uow.run(ctx, (tx) => replayWebhooks.step(tx, asked.id))) steps++;
        const { status, events, deliveries: made } = await app.uow.read(ctx, (tx) => replays.find(tx, id, asked.id));
        return { status, steps, events, made };
      };
      expect(await run({ eventTypes: ['tea.spilled'] })).toEqual({ status: 'completed', steps: 1, events: 1, made: 1 });
      expect(await run({})).toEqual({ status: 'completed', steps: 2, events: 1_204, made: 1_203 });
      expect(await run({ until: since, since: new Date(0) })).toMatchObject({ events: 0 });
      expect(await run({ undeliveredOnly: false })).toMatchObject({ events: 1_204, made: 1_204 });
      const [row] = await owner.dataSource.query(
        'select count(*)::int as all, count(*) filter (where next_attempt_at is not null)::int as due from webhook_delivery where endpoint_id = $1',
        [id],
      );
      expect(row).toEqual({ all: 1_204, due: 1_204 });
      const late = await app.uow.run(ctx, (tx) => startReplay.execute(tx, { endpointId: id, since, undeliveredOnly: true }));
      await app.uow.run(ctx, (tx) => remove.execute(tx, id));
      expect(await worker.uow.run(ctx, (tx) => replayWebhooks.step(tx, late.id))).toBe(false);
      expect(await app.uow.read(ctx, (tx) => replays.find(tx, id, late.id))).toMatchObject({ status: 'canceled', deliveries: 0 });
    });

    it('is not tried before its time', async () => {
      const endpoint = await take((await newEndpoint()).id);
      await emit(1);
      await relay();
      const [one] = await dueFor(endpoint.id);
      await write(endpoint, [tried(one!, { status: 'failed', delayMs: 7_000 }, 503)]);
      expect(await dueFor(endpoint.id)).toEqual([]);
      const [row] = await owner.dataSource.query('select next_attempt_at - now() as wait from webhook_delivery where id = $1', [one!.id]);
      expect(row.wait.seconds).toBeGreaterThanOrEqual(6);
    });

    it('is canceled with its endpoint, also one that is under way', async () => {
      const endpoint = await take((await newEndpoint()).id);
      await emit(2);
      await relay();
      const [one] = await dueFor(endpoint.id);
      await app.uow.run(ctx, (tx) => remove.execute(tx, endpoint.id));
      await worker.uow.run(ctx, (tx) => cancel.execute(tx, endpoint.id));
      expect(await write(endpoint, [tried(one!, { status: 'delivered' })])).toBe(false);
      expect((await list()).map(({ status }) => status)).toEqual(['canceled', 'canceled']);
    });

    it('is found by endpoint, status, event and time, page by page, newest first (LST-01)', async () => {
      const endpoint = await take((await newEndpoint()).id);
      await newEndpoint();
      await emit(5);
      await emit(1, Spilled);
      await relay();
      const [one] = await dueFor(endpoint.id);
      await write(endpoint, [tried(one!, { status: 'failed', delayMs: 60_000 }, 500)]);
      const all = await list();
      expect(all.map(({ id }) => id)).toEqual(
        all
          .map(({ id }) => id)
          .sort()
          .reverse(),
      );
      expect(await list({ endpointId: endpoint.id })).toHaveLength(6);
      expect(await list({ status: 'failed' })).toMatchObject([{ id: one!.id, lastStatus: 500 }]);
      expect(await list({ status: 'delivered' })).toEqual([]);
      expect(await list({ eventName: 'tea.spilled' })).toHaveLength(2);
      const now = new Date();
      expect(await list({ from: new Date(now.getTime() - 60_000), to: new Date(now.getTime() + 60_000) })).toHaveLength(12);
      expect(await list({ to: new Date(now.getTime() - 60_000) })).toEqual([]);
      expect(await list({ from: new Date(now.getTime() + 60_000) })).toEqual([]);
      const first = await list({}, { limit: 7 });
      expect([...first, ...(await list({}, { limit: 7, before: first.at(-1)!.id }))]).toEqual(all);
    });
  });

  describe('an endpoint that is delivered to', () => {
    const waits = async () =>
      (await worker.uow.platform(platform, (tx) => waiting.find(tx))).filter(({ tenantId }) => tenantId === ctx.tenantId);

    it('belongs to one worker at a time, until it gives it back or dies (OUT-02)', async () => {
      const { id } = await newEndpoint();
      await emit(1);
      await relay();
      expect(await waits()).toEqual([{ tenantId: ctx.tenantId, endpointId: id }]);
      const first = await take(id);
      expect(await take(id)).toBeUndefined();
      expect(await waits()).toEqual([]);
      await write(first, [], true);
      const second = await take(id);
      expect(second.lease).not.toBe(first.lease);
      expect(await write(first, [])).toBe(false); // the first has lost it
      await owner.dataSource.query(`update webhook_endpoint set leased_until = now() - interval '1 second' where id = $1`, [id]); // the second was killed
      expect(await waits()).toHaveLength(1);
      expect(await take(id)).toMatchObject({ id });
    });

    it('rests after ten failures in a row, is probed, and recovers with one success (WHK-12)', async () => {
      const { id } = await newEndpoint();
      await emit(12);
      await relay();
      const endpoint = await take(id);
      const list = await dueFor(id);
      expect(
        await write(
          endpoint,
          list.slice(0, 9).map((each) => tried(each, { status: 'failed', delayMs: 1_000 }, null)),
        ),
      ).toBe(true);
      expect(await write(endpoint, [tried(list[9]!, { status: 'failed', delayMs: 1_000 }, null)], true)).toBe(false);
      expect(await take(id)).toBeUndefined();
      expect(await waits()).toEqual([]);
      await owner.dataSource.query(`update webhook_endpoint set paused_until = now() where id = $1`, [id]);
      const probe = await take(id);
      expect(probe.probing).toBe(true);
      expect(await write(probe, [tried(list[10]!, { status: 'delivered' })], true)).toBe(true);
      expect(await take(id)).toMatchObject({ probing: false });
    });

    it.each(['gone', 'failing'] as const)(
      'is disabled when its receiver is %s, and the others are told once (WHK-04, WHK-05)',
      async (reason) => {
        const [{ id }] = [await newEndpoint(), await newEndpoint()];
        await emit(1);
        await relay();
        const endpoint = await take(id);
        const [one] = await dueFor(id);
        await owner.dataSource.query(`update webhook_endpoint set failing_since = now() - interval '121 hours' where id = $1`, [id]);
        const verdict: Verdict = reason === 'gone' ? { status: 'exhausted', gone: true } : { status: 'failed', delayMs: 5_000 };
        expect(await write(endpoint, [tried(one!, verdict, reason === 'gone' ? 410 : 500)])).toBe(false);
        expect(await app.uow.read(ctx, (tx) => endpoints.find(tx, id))).toMatchObject({ status: 'disabled', disabledReason: reason });
        expect(await waits()).not.toContainEqual({ tenantId: ctx.tenantId, endpointId: id });
        const told = await app.uow.read(ctx, (tx) => tx.query(`select data from event where name = 'webhook_endpoint.disabled'`));
        expect(told).toEqual([{ data: { endpoint_id: id, url: 'https://hooks.example.com/in', reason } }]);
        const jobs = (name: string) =>
          app.uow.read(ctx, (tx) => tx.query<{ payload: object }>('select payload from job_outbox where name = $1 order by id', [name]));
        expect(await jobs('tell-endpoint-disabled')).toEqual([{ payload: { endpoint_id: id } }]);
        const { email } = await openPerson(app.uow, ctx, 'tenant_admin');
        await openPerson(app.uow, ctx, 'auditor');
        await worker.uow.run(ctx, (tx) => new TellEndpointDisabled(new FindTenantAdmins()).execute(tx, id));
        expect(await jobs('send-mail')).toMatchObject([
          {
            payload: {
              to: email,
              template: 'webhook-endpoint-disabled',
              data: { place: 'hooks.example.com (for tests)', why: expect.any(String) },
            },
          },
        ]);
        expect(await app.uow.run(ctx, (tx) => update.execute(tx, id, { status: 'active' }))).toMatchObject({
          status: 'active',
          disabledReason: null,
        });
        expect(await take(id)).toMatchObject({ probing: false });
      },
    );

    it('is left alone while its tenant is suspended (TEN-08)', async () => {
      await newEndpoint();
      await emit(1);
      await relay();
      await owner.dataSource.query(`update tenant set status = 'suspended' where id = $1`, [ctx.tenantId]);
      expect(await waits()).toEqual([]);
    });
  });

  it('forgets events, deliveries, tries and replays of an age together, step by step', async () => {
    const endpoint = await take((await newEndpoint()).id);
    await emit(3);
    await relay();
    const [one] = await dueFor(endpoint.id);
    await write(endpoint, [tried(one!, { status: 'delivered' })]);
    await emit(1); // not relayed yet: stays, whatever its age
    const order = { endpointId: endpoint.id, since: new Date(0), undeliveredOnly: true };
    const replay = await app.uow.run(ctx, (tx) => startReplay.execute(tx, order));
    while (await worker.uow.run(ctx, (tx) => replayWebhooks.step(tx, replay.id)));
    const forget = (before: Date) => worker.uow.run(ctx, (tx) => removeOld.execute(tx, before));
    expect(await forget(new Date(Date.now() - 86_400_000))).toBe(0);
    expect(await forget(new Date(Date.now() + 60_000))).toBe(7);
    const left = await owner.dataSource.query(
      `select (select count(*)::int from event where tenant_id = $1) as events, (select count(*)::int from webhook_delivery where tenant_id = $1) as deliveries,
        (select count(*)::int from webhook_attempt where tenant_id = $1) as attempts`,
      [ctx.tenantId],
    );
    expect(left).toEqual([{ events: 1, deliveries: 0, attempts: 0 }]);
  });

  it('lets no API write deliveries or tries', async () => {
    for (const statement of [
      'delete from webhook_attempt',
      'update webhook_delivery set attempts = 0',
      `insert into webhook_attempt select * from webhook_attempt`,
    ]) {
      await expect(app.uow.run(ctx, (tx) => tx.query(statement))).rejects.toMatchObject({ code: '42501' });
    }
  });
});
