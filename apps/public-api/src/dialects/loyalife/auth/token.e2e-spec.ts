import { setTimeout as sleep } from 'node:timers/promises';
import { CreateApiClient, RegenerateClientSecret, type CreatedApiClient } from '@tallystick/identity';
import { requestContext } from '@tallystick/kernel';
import { openApiClient, openPerson } from '../../../../../../test/support/identity.js';
import { startLoyalife, type LoyalifeApi } from '../../../../../../test/support/loyalife.js';

const PATHS = ['/oauth/Auth/Token', '/lbms-ingress/oauth/api/Auth/Token'];
interface Token {
  readonly token: string;
  readonly tokenExpiresOn: string;
}

let loyalife: LoyalifeApi;
beforeAll(async () => {
  loyalife = await startLoyalife();
});
afterAll(() => loyalife?.api.close());

const credentials = ({ clientId, clientSecret }: Pick<CreatedApiClient, 'clientId' | 'clientSecret'> = loyalife.api.integrator) => ({
  client_id: clientId,
  client_secret: clientSecret,
});
const ask = (given: object, path = PATHS[0]!) => loyalife.bare<Token>('POST', path, { grant_type: 'client_credentials', ...given });
const codeOf = async (given: object) => {
  const { status, body } = await ask(given);
  return [status, body.IsSucessful, body.ErrorCode];
};
/** The status and the code of a call with a token. */
const reach = async (token: string, reference = 'C08409803') => {
  const headers = { authorization: `Bearer ${token}` };
  const { status, body } = await loyalife.bare('POST', '/v1/CheckAvailability', { RelationReference: reference }, headers);
  return [status, body.ErrorCode];
};
const tokenOf = async (given: object = credentials()): Promise<string> => (await ask(given)).body.ReturnObject.token;
/** What is kept for the integrator lapses, as if its time had come. */
const lapse = () =>
  loyalife.api.uow.run(loyalife.api.integrator.ctx, (tx) =>
    tx.query(`update kept_access_token set expires_at = now() where tenant_id = $1`, [tx.ctx.tenantId]),
  );

beforeAll(async () => {
  for (const reference of ['C08409803', 'C00000001']) await loyalife.api.call('POST', '/members', { reference });
});

describe('the token call', () => {
  it.each(PATHS)('%s answers the sample of the seed, as JSON and as a form, with one token for all', async (path) => {
    const answer = await ask(credentials(), path);
    const token = { token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/), tokenExpiresOn: expect.any(String) };
    expect([answer.status, answer.body]).toEqual([
      200,
      { IsSucessful: true, ErrorCode: '000', ExceptionMessage: 'Success', ReturnObject: token, Count: 0, ...token },
    ]);
    const left = Date.parse(answer.body.ReturnObject.tokenExpiresOn) - Date.now();
    expect(left).toBeGreaterThan(29 * 60_000);
    expect(left).toBeLessThanOrEqual(30 * 60_000);
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...credentials() }).toString();
    const again = await loyalife.bare('POST', path, form, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(again.body).toEqual(answer.body);
    expect(await reach(answer.body.ReturnObject.token)).toEqual([200, '000']);
  });

  it('gives the same token until it lapses, then another, also to calls at once (C10.1)', async () => {
    const first = await tokenOf();
    expect(new Set(await Promise.all([1, 2, 3, 4].map(() => tokenOf())))).toEqual(new Set([first]));
    await lapse();
    const others = new Set(await Promise.all([1, 2, 3, 4].map(() => tokenOf())));
    expect([others.size, others.has(first)]).toEqual([1, false]);
  });

  it('keeps it sealed', async () => {
    const token = await tokenOf();
    const rows = await loyalife.api.uow.read(loyalife.api.integrator.ctx, (tx) =>
      tx.query<{ sealed: string }>('select sealed from kept_access_token where tenant_id = $1', [tx.ctx.tenantId]),
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ sealed }) => sealed.includes(token.split('.')[2]!))).toBe(false);
  });

  it('binds it to the member of the scope, on the paths of the dialect alone', async () => {
    const bound = await tokenOf({ ...credentials(), scope: '["LOGIN","C08409803"]' });
    expect(bound).not.toBe(await tokenOf());
    expect(await tokenOf({ ...credentials(), scope: '["LOGIN","C08409803"]' })).toBe(bound);
    expect(await reach(bound)).toEqual([200, '000']);
    expect(await reach(bound, 'C00000001')).toEqual([401, '401']);
    for (const token of [bound, await tokenOf()]) {
      const native = await loyalife.api.app.nest.inject({ url: '/api/v1/members', headers: { authorization: `Bearer ${token}` } });
      expect([native.statusCode, native.json<{ code: string }>().code]).toEqual([401, 'authentication_failed']);
    }
  });

  it.each<[string, () => object, number, string]>([
    ['a wrong secret', () => ({ ...credentials(), client_secret: 'tss_live_wrong' }), 401, '402'],
    ['an unknown client', () => ({ ...credentials(), client_id: 'tsc_nobody' }), 401, '402'],
    ['no credentials', () => ({}), 401, '402'],
    ['another grant', () => ({ ...credentials(), grant_type: 'password' }), 400, '999'],
    ['a scope that is no list', () => ({ ...credentials(), scope: 'points:read' }), 400, '999'],
    ['a scope for something else', () => ({ ...credentials(), scope: '["ADMIN","C08409803"]' }), 400, '999'],
    ['a member who is not there', () => ({ ...credentials(), scope: '["LOGIN","nobody"]' }), 404, '103'],
    [
      'a member who is not there, to a stranger',
      () => ({ client_id: 'tsc_x', client_secret: 'x', scope: '["LOGIN","nobody"]' }),
      401,
      '402',
    ],
  ])('refuses %s', async (_, given, status, code) => expect(await codeOf(given())).toEqual([status, false, code]));

  it('lets nobody in from another network than the key is for', async () => {
    const { uow, integrator } = loyalife.api;
    const key = await uow.run(integrator.ctx, (tx) =>
      new CreateApiClient().execute(tx, { name: 'Listed', scopes: ['points:read'], networks: ['203.0.113.0/24'] }),
    );
    expect(await codeOf(credentials(key))).toEqual([401, false, '402']);
  });

  it('gives no token, and takes none, of before a new secret', async () => {
    const { app, uow, integrator } = loyalife.api;
    const { id: admin } = await openPerson(uow, integrator.ctx, 'tenant_admin');
    const client = await openApiClient(uow, integrator.ctx, ['points:read']);
    // A key of the tenant's own: the platform alone renews those that work from anywhere.
    const rule = (name: string) =>
      uow.run(integrator.ctx, (tx) =>
        tx.query('update api_client set network_rule = $3 where tenant_id = $1 and id = $2', [tx.ctx.tenantId, client.id, name]),
      );
    const before = await tokenOf(credentials(client));
    expect(await reach(before, 'nobody')).toEqual([404, '103']);
    await rule('approved');
    const asAdmin = requestContext({ ...integrator.ctx, actor: { type: 'user', id: admin } });
    const clientSecret = await uow.run(asAdmin, (tx) =>
      app.nest.get(RegenerateClientSecret, { strict: false }).execute(tx, { id: client.id, overlapSeconds: 600 }),
    );
    await rule('anywhere');
    const after = await tokenOf(credentials({ ...client, clientSecret }));
    expect(after).not.toBe(before);
    // The secret of before works on for servers that are not changed yet, but gives the new token.
    expect(await tokenOf(credentials(client))).toBe(after);
    await sleep(950);
    expect([await reach(before, 'nobody'), await reach(after, 'nobody')]).toEqual([
      [401, '401'],
      [404, '103'],
    ]);
  });
});

describe('every other answer on these paths', () => {
  it.each<[string, string, string, object | string | undefined, Record<string, string>, number, string]>([
    ['no token', 'POST', '/v1/CheckAvailability', {}, {}, 401, '401'],
    ['a token of nobody', 'POST', '/lbms-ingress/pg-lm/API/PG/CheckAvailability', {}, { authorization: 'Bearer x' }, 401, '401'],
    ['an unknown path', 'GET', '/v1/Nothing', undefined, {}, 404, '999'],
    ['an unknown path of the vendor', 'POST', '/lbms-ingress/Nothing?x=1', {}, {}, 404, '999'],
    ['another method', 'GET', '/v1/RedeemPoints/', undefined, {}, 404, '999'],
    ['a wrong method', 'PUT', '/oauth/Auth/Token', {}, {}, 405, '999'],
    ['broken JSON', 'POST', '/oauth/Auth/Token', '{"a":', { 'content-type': 'application/json' }, 400, '999'],
    ['another type', 'POST', '/oauth/Auth/Token', '<a/>', { 'content-type': 'text/xml' }, 415, '999'],
    ['too much', 'POST', '/oauth/Auth/Token', { grant_type: 'x'.repeat(300_000) }, {}, 413, '999'],
    ['an escaped path', 'POST', '/%76%31/CheckAvailability', {}, {}, 401, '401'],
    ['a malformed path', 'GET', '/v1/%zz', undefined, {}, 400, '999'],
  ])('is in their envelope: %s', async (_, method, path, body, headers, status, code) => {
    const answer = await loyalife.bare(method, path, body, headers);
    expect([answer.status, answer.body]).toEqual([
      status,
      { IsSucessful: false, ErrorCode: code, ExceptionMessage: expect.any(String), ReturnObject: null, Count: 0 },
    ]);
  });

  it('is counted by the code in it, whatever the status (C10.2)', async () => {
    await codeOf({ ...credentials(), client_secret: 'tss_live_wrong' });
    const { ground } = loyalife.api.app;
    expect(await ground.metrics.registry.metrics()).toMatch(/dialect_answers_total\{dialect="loyalife",code="402",app="public-api"\} \d/);
    expect(ground.log.findLast((line) => line.route === '/oauth/Auth/Token')).toMatchObject({
      route: '/oauth/Auth/Token',
      status: 401,
      code: '402',
    });
  });
});
