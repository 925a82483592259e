import { setTimeout as sleep } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { approveNetwork, askToken, caller, openKeyRoom, type Call, type KeyRoom, type MadeKey } from '../../../../test/support/api-keys.js';

interface Key extends MadeKey {
  name: string;
  prefix: string;
  last4: string;
  scopes: string[];
  status: string;
  networks: string;
  allowed_cidrs: string[] | null;
  last_used_at: string | null;
  previous_secret: { prefix: string; last4: string; last_used_at: string | null; expires_at: string } | null;
}

const INSIDE = '203.0.113.7';
const OUTSIDE = '198.51.100.7';
const WITHIN_A_SECOND = 950;

let room: KeyRoom;
let staff: Call;
beforeAll(async () => {
  room = await openKeyRoom();
  staff = (await room.openStaff()).call;
});
afterAll(() => room?.close());

/** A bank with an approved network. */
async function openBank() {
  const bank = await room.openBank();
  const networkId = await approveNetwork(bank.call, staff, '203.0.113.0/24');
  return { ...bank, networkId };
}
const make = async (bank: Call, given: object = {}) =>
  bank<Key>('POST', '/tenant/self-api-keys', { body: { name: 'Core banking', scopes: ['members:read'], ...given } });
const made = async (bank: Call, given: object = {}): Promise<Key> => {
  const answer = await make(bank, given);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.data;
};
const tokenOf = async (key: MadeKey, from = INSIDE): Promise<string> => (await askToken(room.publicApps[0], key, from)).body.access_token;
/** What each process of the public API says to a call with a token. */
const everywhere = (token: string, from = INSIDE): Promise<number[]> =>
  Promise.all(
    room.publicApps.map(async (app) => (await caller(app, { authorization: `Bearer ${token}` })('GET', '/members', { from })).status),
  );
const tokenStatus = async (key: Pick<MadeKey, 'client_id' | 'secret'>, from = INSIDE): Promise<[number, string | undefined]> => {
  const { status, body } = await askToken(room.publicApps[0], key, from);
  return [status, body.error];
};

describe('an API key', () => {
  it('is made once a network is approved, and shows its secret once (OAU-06)', async () => {
    const { ctx, call } = await room.openBank();
    expect((await make(call)).body.code).toBe('network_not_allowed');
    await call('POST', '/tenant/network-allowlist', { body: { cidr: '10.0.0.0/8', label: 'x', justification: 'x' } });
    expect((await make(call)).body.code).toBe('network_not_allowed');
    await approveNetwork(call, staff, '203.0.113.0/24');

    const key = await made(call, { scopes: ['members:read', 'points:write'] });
    expect(key).toMatchObject({ status: 'active', networks: 'approved', allowed_cidrs: null, previous_secret: null, last_used_at: null });
    expect(key.secret).toMatch(/^tss_live_[\w-]{43}$/);
    expect([key.secret.startsWith(key.prefix), key.secret.endsWith(key.last4)]).toEqual([true, true]);
    const shown = [await call('GET', `/tenant/self-api-keys/${key.id}`), await call('GET', '/tenant/self-api-keys')];
    for (const { text } of shown) expect(text).not.toContain(key.secret);
    const [row] = await room.query<{ text: string; secret_hash: Buffer }>(
      'select c::text as text, secret_hash from api_client c where id = $1',
      [key.id],
    );
    expect(row!.text).not.toContain(key.secret.slice(13));
    expect(row!.secret_hash).toEqual(createHash('sha256').update(key.secret).digest());
    const acts = await room.acts(ctx.tenantId);
    expect(acts.filter(({ act }) => act === 'api_client.created')).toMatchObject([{ target_id: key.id }]);
    expect(JSON.stringify(acts)).not.toContain(key.secret);
  });

  it('gives its secret again under the same idempotency key, and keeps it sealed', async () => {
    const { call } = await openBank();
    const body = { name: 'Once', scopes: ['members:read'] };
    const headers = { 'idempotency-key': 'make-a-key-once' };
    const one = await call('POST', '/tenant/self-api-keys', { body, headers });
    const two = await call('POST', '/tenant/self-api-keys', { body, headers });
    expect([two.text, two.headers['idempotent-replayed']]).toEqual([one.text, 'true']);
    const kept = await room.query<{ text: string }>('select k::text as text from idempotency_key k');
    expect(kept.some(({ text }) => text.includes((one.body.data as unknown as Key).secret))).toBe(false);
  });

  it('works from approved networks alone, before its secret is compared, and says so in the trail (OAU-10)', async () => {
    const { ctx, call } = await openBank();
    const key = await made(call);
    for (const from of [INSIDE, `::ffff:${INSIDE}`, '::ffff:cb00:7107']) expect(await tokenStatus(key, from)).toEqual([200, undefined]);
    expect(await tokenStatus(key, OUTSIDE)).toEqual([403, 'network_not_allowed']);
    expect(await tokenStatus({ ...key, secret: 'tss_live_wrong' }, OUTSIDE)).toEqual([403, 'network_not_allowed']);
    expect(await tokenStatus({ ...key, secret: 'tss_live_wrong' }, INSIDE)).toEqual([401, 'invalid_client']);
    const token = await tokenOf(key);
    expect(await everywhere(token)).toEqual([200, 200]);
    const outside = await caller(room.publicApps[0], { authorization: `Bearer ${token}` })('GET', '/members', { from: OUTSIDE });
    expect([outside.status, outside.body.code]).toEqual([403, 'network_not_allowed']);
    await caller(room.publicApps[0], { authorization: `Bearer ${token}` })('GET', '/members', { from: OUTSIDE });
    const refused = (await room.acts(ctx.tenantId)).filter(({ act }) => act === 'api_client.refused');
    expect(refused).toEqual([
      { act: 'api_client.refused', outcome: 'refused', target_id: key.client_id, after: { code: 'network_not_allowed' } },
      { act: 'api_client.refused', outcome: 'refused', target_id: key.client_id, after: { code: 'network_not_allowed' } },
      { act: 'api_client.refused', outcome: 'refused', target_id: key.client_id, after: { code: 'invalid_client' } },
      { act: 'api_client.refused', outcome: 'refused', target_id: key.id, after: { code: 'network_not_allowed' } },
    ]);
  });

  it('loses a network that is removed within a second, on every process, and follows those approved later (OAU-05)', async () => {
    const { call, networkId } = await openBank();
    const key = await made(call);
    const token = await tokenOf(key);
    expect(await everywhere(token)).toEqual([200, 200]);
    await call('DELETE', `/tenant/network-allowlist/${networkId}`);
    await sleep(WITHIN_A_SECOND);
    expect(await everywhere(token)).toEqual([403, 403]);
    expect(await tokenStatus(key)).toEqual([403, 'network_not_allowed']);
    await approveNetwork(call, staff, '198.51.100.0/24');
    await sleep(WITHIN_A_SECOND);
    expect([await everywhere(token, OUTSIDE), await everywhere(token)]).toEqual([
      [200, 200],
      [403, 403],
    ]);
  });

  it('can be bound to parts of the approved networks, as long as they are approved', async () => {
    const { call, networkId } = await openBank();
    for (const cidrs of [['203.0.0.0/16'], ['203.0.113.0/25', '10.0.0.0/8'], ['0.0.0.0/0'], ['203.0.113.7/25'], ['nowhere']]) {
      const { status, body } = await make(call, { allowed_cidrs: cidrs });
      expect([cidrs, status, Object.keys(body.errors)]).toEqual([cidrs, 400, ['allowed_cidrs']]);
    }
    const key = await made(call, { allowed_cidrs: ['203.0.113.0/29', '::ffff:203.0.113.64'] });
    expect(key).toMatchObject({ networks: 'listed', allowed_cidrs: ['203.0.113.0/29', '203.0.113.64/32'] });
    expect(await tokenStatus(key, '203.0.113.7')).toEqual([200, undefined]);
    expect(await tokenStatus(key, '203.0.113.64')).toEqual([200, undefined]);
    expect(await tokenStatus(key, '203.0.113.8')).toEqual([403, 'network_not_allowed']);
    await approveNetwork(call, staff, '198.51.100.0/24');
    expect(await tokenStatus(key, OUTSIDE)).toEqual([403, 'network_not_allowed']);
    await call('DELETE', `/tenant/network-allowlist/${networkId}`);
    expect(await tokenStatus(key, '203.0.113.7')).toEqual([403, 'network_not_allowed']);
  });

  it('ends when it expires, with the tokens that are out', async () => {
    const { call } = await openBank();
    expect(Object.keys((await make(call, { expires_at: '2020-01-01T00:00:00Z' })).body.errors)).toEqual(['expires_at']);
    const key = await made(call, { expires_at: new Date(Date.now() + 2_000).toISOString() });
    const token = await tokenOf(key);
    expect(await everywhere(token)).toEqual([200, 200]);
    await sleep(2_000 + WITHIN_A_SECOND);
    expect(await everywhere(token)).toEqual([401, 401]);
    expect(await tokenStatus(key)).toEqual([401, 'invalid_client']);
    expect((await call<Key[]>('GET', '/tenant/self-api-keys?status=expired')).body.data).toMatchObject([{ id: key.id, status: 'expired' }]);
    expect((await call('POST', `/tenant/self-api-keys/${key.id}/secret`, { body: {} })).body.code).toBe('invalid_state');
  });

  it('ends when it is revoked, on every process within a second, and stays on the list (OAU-05)', async () => {
    const { ctx, call } = await openBank();
    const key = await made(call);
    const token = await tokenOf(key);
    expect(await everywhere(token)).toEqual([200, 200]);
    expect((await call<Key>('DELETE', `/tenant/self-api-keys/${key.id}`)).body.data).toMatchObject({ id: key.id, status: 'revoked' });
    expect(await tokenStatus(key)).toEqual([401, 'invalid_client']);
    await sleep(WITHIN_A_SECOND);
    expect(await everywhere(token)).toEqual([401, 401]);
    expect((await call('DELETE', `/tenant/self-api-keys/${key.id}`)).body.code).toBe('invalid_state');
    expect((await call<Key[]>('GET', '/tenant/self-api-keys')).body.data).toMatchObject([{ id: key.id, status: 'revoked' }]);
    expect((await room.acts(ctx.tenantId)).filter(({ act }) => act === 'api_client.revoked')).toHaveLength(1);
  });

  it('gets no other secret from the tenant where the platform made it for any network', async () => {
    const { call } = await openBank();
    const key = await made(call);
    await room.query(`update api_client set network_rule = 'anywhere' where id = $1`, [key.id]);
    expect((await call('POST', `/tenant/self-api-keys/${key.id}/secret`, { body: {} })).body.code).toBe('permission_denied');
    expect(await tokenStatus(key)).toEqual([200, undefined]);
  });

  it('gets another secret, beside which the former works for a while (OAU-06)', async () => {
    const { ctx, call } = await openBank();
    const key = await made(call);
    const path = `/tenant/self-api-keys/${key.id}`;
    await tokenOf(key);
    const regenerate = (overlap_seconds?: number) => call<Key>('POST', `${path}/secret`, { body: { overlap_seconds } });
    const next = (await regenerate(3_600)).body.data;
    expect(next.previous_secret).toMatchObject({ prefix: key.prefix, last4: key.last4, last_used_at: expect.any(String) });
    expect(next.secret).not.toBe(key.secret);
    expect(await tokenStatus(key)).toEqual([200, undefined]);
    expect((await call<Key>('GET', path)).body.data.last_used_at).toBeNull();
    expect(await tokenStatus({ ...key, secret: next.secret })).toEqual([200, undefined]);
    expect((await call<Key>('GET', path)).body.data.last_used_at).toEqual(expect.any(String));

    expect((await regenerate(60)).body.code).toBe('invalid_state');
    const removed = await call<Key>('DELETE', `${path}/previous-secret`);
    expect([removed.status, removed.body.data.previous_secret]).toEqual([200, null]);
    expect(await tokenStatus(key)).toEqual([401, 'invalid_client']);
    expect((await call('DELETE', `${path}/previous-secret`)).body.code).toBe('invalid_state');

    const third = (await regenerate(60)).body.data;
    await room.query(`update api_client set previous_secret_expires_at = now() - interval '1 second' where id = $1`, [key.id]);
    expect(await tokenStatus({ ...key, secret: next.secret })).toEqual([401, 'invalid_client']);
    expect((await call<Key>('GET', path)).body.data.previous_secret).toBeNull();
    const last = (await regenerate()).body.data;
    expect(await tokenStatus({ ...key, secret: third.secret })).toEqual([401, 'invalid_client']);
    expect(await tokenStatus({ ...key, secret: last.secret })).toEqual([200, undefined]);
    const acts = (await room.acts(ctx.tenantId)).map(({ act }) => act);
    expect(acts.filter((act) => act === 'api_client.secret_regenerated')).toHaveLength(3);
    expect(acts.filter((act) => act === 'api_client.secret_removed')).toHaveLength(1);
  });

  it.each([
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['everything'] }, 'scopes'],
    [{ scopes: ['programs:write'] }, 'scopes'],
    [{ scopes: 'points:read' }, 'scopes'],
    [{ name: '' }, 'name'],
    [{ expires_at: 'tomorrow' }, 'expires_at'],
    [{ allowed_cidrs: [] }, 'allowed_cidrs'],
    [{ networks: 'anywhere' }, 'networks'],
    [{ tenant_id: 'x' }, 'tenant_id'],
  ])('is refused as %j, naming %s', async (given, field) => {
    const { call } = await openBank();
    const { status, body } = await make(call, given);
    expect([status, body.code, Object.keys(body.errors)]).toEqual([400, 'validation_error', [field]]);
  });

  it('can do no more than who makes it', async () => {
    const { ctx, userId, call } = await openBank();
    const [strong, weak] = [await made(call, { scopes: ['points:write'] }), await made(call)];
    await room.query(
      `insert into role (tenant_id, id, code, name, rank, requires_mfa, permissions)
       values ($1, gen_random_uuid(), 'keeper', 'Keeper of keys', 50, false, '{api_keys:read,api_keys:write,members:read,members:reveal}')`,
      [ctx.tenantId],
    );
    await room.query(`update tenant_user set role = 'keeper' where tenant_id = $1 and user_id = $2`, [ctx.tenantId, userId]);
    await sleep(WITHIN_A_SECOND);
    const { status, body } = await make(call, { scopes: ['members:read', 'points:write'] });
    expect([status, body.errors]).toEqual([400, { scopes: ['You may not give points:write yourself'] }]);
    expect((await make(call)).status).toBe(201);
    // Nor does somebody get the secret of a key that can do more than they.
    const regenerate = (key: Key) => call('POST', `/tenant/self-api-keys/${key.id}/secret`, { body: {} });
    expect(await regenerate(strong)).toMatchObject({ status: 403, body: { errors: { scopes: ['points:write'] } } });
    expect(await tokenStatus(strong)).toEqual([200, undefined]);
    expect((await regenerate(weak)).status).toBe(201);
  });

  it('keeps to its tenant and to who may (AZN-01, AZN-02)', async () => {
    const { call } = await openBank();
    const key = await made(call);
    const stranger = await openBank();
    const path = `/tenant/self-api-keys/${key.id}`;
    for (const [method, url, body] of [
      ['GET', path],
      ['DELETE', path],
      ['POST', `${path}/secret`, {}],
      ['DELETE', `${path}/previous-secret`],
    ] as const)
      expect([method, url, (await stranger.call(method, url, { body })).status]).toEqual([method, url, 404]);
    expect((await stranger.call('GET', '/tenant/self-api-keys')).body.data).toEqual([]);
    for (const [role, status] of [
      ['manager', 200],
      ['auditor', 200],
      ['support', 403],
      ['member', 403],
    ] as const) {
      const other = await room.openBank(role);
      expect([role, (await other.call('GET', '/tenant/self-api-keys')).status]).toEqual([role, status]);
      expect([role, (await make(other.call)).status]).toEqual([role, 403]);
    }
    expect((await staff('GET', '/tenant/self-api-keys')).status).toBe(403);
    expect(await tokenStatus(key)).toEqual([200, undefined]);
  });

  it('is one of at most 100 in force', async () => {
    const { ctx, call } = await openBank();
    await room.query(
      `insert into api_client (tenant_id, id, client_id, name, secret_hash, secret_prefix, scopes)
       select $1, gen_random_uuid(), 'c' || n, 'x', decode(repeat('00', 32), 'hex'), 'x', '{members:read}' from generate_series(1, 100) as n`,
      [ctx.tenantId],
    );
    expect((await make(call)).body.code).toBe('api_keys_exhausted');
  });
});
