import { randomBytes, randomUUID } from 'node:crypto';
import { DomainError, requestContext, type PlatformContext, type TenantContext } from '@tallystick/kernel';
import type { DataSource } from 'typeorm';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../../test/support/database.js';
import { Keyring } from '../../crypto/keyring.js';
import type { UnitOfWork } from '../../persistence/unit-of-work.js';
import { InvalidState, ServiceUnavailable, ValidationFailed } from '../../platform.errors.js';
import type { Answer } from '../answer.js';
import { nativeEnvelope } from '../envelope.js';
import type { WriteRequest } from '../request.js';
import { Writes } from './writes.js';

let database: TestDatabase;
let uow: UnitOfWork;
let owner: DataSource;
let close: (() => Promise<void>)[];
let writes: Writes;

beforeAll(async () => {
  database = await createTestDatabase();
  const app = await openUnitOfWork(database.appUrl, { poolSize: 25 });
  const superuser = await openUnitOfWork(database.ownerUrl);
  ({ uow } = app);
  owner = superuser.dataSource;
  close = [app.close, superuser.close];
  writes = new Writes(uow, new Keyring([randomBytes(32)]));
});
afterAll(async () => {
  await Promise.all(close.map((end) => end()));
  await database.close();
});

const context = (tenantId = randomUUID(), id: string = randomUUID()): TenantContext =>
  requestContext({ tenantId, actor: { type: 'client' as const, id }, requestId: randomUUID() });
const write = (key: string | undefined, body: unknown = { points: 1 }, path = '/api/v1/points/earn'): WriteRequest => ({
  key,
  method: 'POST',
  path,
  body,
  requestId: randomUUID(),
  responseId: randomUUID(),
  envelope: nativeEnvelope,
});
const effects = async (tenantId: string): Promise<number> =>
  Number((await owner.query<{ n: string }[]>('select count(*) as n from event where tenant_id = $1', [tenantId]))[0]!.n);
const keys = async (tenantId: string): Promise<number> =>
  Number((await owner.query<{ n: string }[]>('select count(*) as n from idempotency_key where tenant_id = $1', [tenantId]))[0]!.n);
const probe = { name: 'probe.done', summary: '', schema: {} };
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'success',
    (error: unknown) => (error instanceof DomainError ? error.definition.code : String(error)),
  );

describe.each(['run', 'group'] as const)('Writes.%s', (face) => {
  let refuse: DomainError | undefined;
  const grouped = () =>
    writes.group(async (tx, inputs: number[]) => {
      inputs.forEach((input) => !refuse && tx.emit(probe, { input }));
      return inputs;
    });
  let group: ReturnType<typeof grouped>;
  beforeEach(() => {
    refuse = undefined;
    group = grouped();
  });
  const perform = (ctx: TenantContext, request: WriteRequest) => {
    const data = { id: randomUUID() };
    if (face === 'group') return group.submit(ctx, request, 1, () => refuse ?? { status: 201, data });
    return writes.run(ctx, request, (tx) => {
      tx.emit(probe, {});
      if (refuse) throw refuse;
      return Promise.resolve({ status: 201, data });
    });
  };

  it('answers a repeat with the same status and bytes, and does nothing again (IDM-01, IDM-09)', async () => {
    const ctx = context();
    const first = await perform(ctx, write('k'));
    expect(first).toMatchObject({ status: 201, replayed: false });
    const again = await perform(ctx, write('k'));
    expect(again).toEqual({ status: 201, text: first.text, replayed: true });
    expect([await effects(ctx.tenantId), await keys(ctx.tenantId)]).toEqual([1, 1]);
  });

  it('takes a repeat in other member order for the same (IDM-02)', async () => {
    const ctx = context();
    await perform(ctx, write('k', { a: 1, b: [2] }));
    expect(await perform(ctx, write('k', { b: [2], a: 1 }))).toMatchObject({ replayed: true });
  });

  it('refuses the key for another amount or path (IDM-03)', async () => {
    const ctx = context();
    await perform(ctx, write('k'));
    expect(await codeOf(perform(ctx, write('k', { points: 2 })))).toBe('idempotency_key_reused');
    expect(await codeOf(perform(ctx, write('k', { points: 1 }, '/api/v1/points/redeem')))).toBe('idempotency_key_reused');
    expect(await effects(ctx.tenantId)).toBe(1);
  });

  it('has one effect for one key sent 20 times at once (IDM-04)', async () => {
    const ctx = context();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => perform(ctx, write('k'))));
    const texts = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.text] : []));
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as DomainError] : []));
    expect(new Set(texts).size).toBe(1);
    refusals.forEach((refusal) => expect([refusal.definition.code, refusal.details.retryAfter]).toEqual(['idempotency_in_progress', 1]));
    expect([await effects(ctx.tenantId), await keys(ctx.tenantId)]).toEqual([1, 1]);
  });

  it('keeps the keys of tenants and clients apart (IDM-06)', async () => {
    const [tenant, client] = [randomUUID(), randomUUID()];
    const answers = await Promise.all(
      [context(tenant, client), context(tenant), context(randomUUID(), client)].map((ctx) => perform(ctx, write('k'))),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(3);
    expect(answers.every(({ replayed }) => !replayed)).toBe(true);
  });

  it('answers a business refusal again, and undoes what it had written (IDM-07)', async () => {
    const ctx = context();
    refuse = InvalidState.with({ errors: { available: 5 } });
    const first = await perform(ctx, write('k'));
    expect([first.status, JSON.parse(first.text)]).toMatchObject([409, { code: 'invalid_state', errors: { available: 5 } }]);
    refuse = undefined;
    expect(await perform(ctx, write('k'))).toEqual({ status: 409, text: first.text, replayed: true });
    expect(await effects(ctx.tenantId)).toBe(0);
  });

  it.each([ValidationFailed, ServiceUnavailable])('keeps nothing when the work never was: $code (IDM-07)', async (definition) => {
    const ctx = context();
    refuse = definition.with();
    expect(await codeOf(perform(ctx, write('k')))).toBe(definition.code);
    refuse = undefined;
    expect(await perform(ctx, write('k', { points: 3 }))).toMatchObject({ status: 201, replayed: false });
  });

  it('throws the refusal of a request without a key, and keeps nothing', async () => {
    const ctx = context();
    refuse = InvalidState.with();
    expect(await codeOf(perform(ctx, write(undefined)))).toBe('invalid_state');
    refuse = undefined;
    expect(await perform(ctx, write(undefined))).toMatchObject({ status: 201 });
    expect(await keys(ctx.tenantId)).toBe(0);
  });
});

it('answers a key that comes twice within one list as the replay it is', async () => {
  const ctx = context();
  let release!: () => void;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const lists: number[] = [];
  const group = writes.group(async (tx, inputs: string[]) => {
    lists.push(inputs.length);
    if (inputs[0] === 'first') await gate;
    return inputs;
  });
  const submit = (key: string, input: string) => group.submit(ctx, write(key, { input }), input, (data) => ({ status: 201, data }));
  const first = submit('a', 'first');
  const rest = [submit('b', 'x'), submit('b', 'x'), submit('b', 'y').catch((error: DomainError) => error), submit('c', 'z')];
  release();
  await first;
  const [one, two, other] = (await Promise.all(rest)) as [{ text: string }, object, DomainError];
  expect(two).toEqual({ status: 201, text: one.text, replayed: true });
  expect(other.definition.code).toBe('idempotency_key_reused');
  expect(lists).toEqual([1, 2]);
});

it('leaves nothing behind when the transaction of the work dies (IDM-08, IDM-09)', async () => {
  const ctx = context();
  const died = writes.run(ctx, write('k'), (tx) => {
    tx.emit(probe, {});
    return tx.query('select 1/0').then(() => ({ status: 201, data: null }));
  });
  await expect(died).rejects.toThrow('division by zero');
  expect([await effects(ctx.tenantId), await keys(ctx.tenantId)]).toEqual([0, 0]);
});

it('keeps an answer that shows a secret unreadable, and repeats it byte for byte', async () => {
  const [ctx, request] = [context(), write('shows-a-secret')];
  const answer = () => writes.run(ctx, request, async () => ({ status: 201, data: { secret: 'whsec_hush' }, secret: true }));
  const [first, again] = [await answer(), await answer()];
  expect(first.text).toContain('whsec_hush');
  expect(again).toEqual({ ...first, replayed: true });
  const [kept] = await owner.query<{ body: string }[]>('select body from idempotency_key where tenant_id = $1', [ctx.tenantId]);
  expect(kept!.body).not.toContain('hush');
  expect(await codeOf(writes.run(ctx, { ...request, body: { points: 2 } }, async () => ({ status: 201, data: {} })))).toBe(
    'idempotency_key_reused',
  );
});

describe('Writes.platform', () => {
  const person = (id: string = randomUUID()): PlatformContext =>
    requestContext({ tenantId: null, actor: { type: 'user' as const, id }, requestId: randomUUID() });
  const answer = (
    ctx: PlatformContext,
    request: WriteRequest,
    work: () => Promise<Answer> = () => Promise.resolve({ status: 201, data: { id: randomUUID() } }),
  ) => writes.platform(ctx, request, work);

  it('answers a repeat of the same person alone, with the same status and bytes (IDM-01, IDM-03, IDM-06)', async () => {
    const [one, other] = [person(), person()];
    const first = await answer(one, write('k'));
    expect(await answer(one, write('k'))).toEqual({ ...first, replayed: true });
    expect(await codeOf(answer(one, write('k', { points: 2 })))).toBe('idempotency_key_reused');
    expect(await answer(other, write('k'))).toMatchObject({ replayed: false });
    const seen = await uow.read(other, (tx) => tx.query('select actor_id from idempotency_key'));
    expect(seen).toEqual([{ actor_id: other.actor.id }]);
  });

  it('does the work once when many ask at once (IDM-04)', async () => {
    const ctx = person();
    let worked = 0;
    const work = () => Promise.resolve({ status: 201, data: { number: ++worked } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => codeOf(answer(ctx, write('k'), work))));
    expect(new Set(answers)).toEqual(new Set(['success', ...answers.filter((code) => code === 'idempotency_in_progress')]));
    expect(worked).toBe(1);
  });

  it('keeps a secret unreadable', async () => {
    const [ctx, request] = [person(), write('s')];
    const work = () => Promise.resolve({ status: 201, data: { secret: 'hush' }, secret: true });
    const [first, again] = [await answer(ctx, request, work), await answer(ctx, request, work)];
    expect([first.text, again.text]).toEqual([expect.stringContaining('hush'), first.text]);
    const [kept] = await owner.query<{ body: string }[]>('select body from idempotency_key where actor_id = $1', [ctx.actor.id]);
    expect(kept!.body).not.toContain('hush');
  });
});
