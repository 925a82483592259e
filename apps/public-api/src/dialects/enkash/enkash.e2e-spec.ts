import { CoinUsers, EraseMember } from '@tallystick/loyalty';
import { openApiClient } from '../../../../../test/support/identity.js';
import { speakEnkash, type EnkashApi, type EnkashSaid } from '../../../../../test/support/enkash.js';
import { openIntegrator } from '../../../../../test/support/integrator.js';
import { startPublicApi, type PublicApi } from '../../../../../test/support/public-api.js';

let api: PublicApi;
let enkash: EnkashApi;
beforeAll(async () => {
  api = await startPublicApi({}, 2);
  enkash = await speakEnkash(api);
});
afterAll(() => api?.close());

const SEED = { companyId: 'CEK0TCW2W8', event: 'REFERRAL_EVENT', requestId: 'COIN_REQ1234567', userId: 'EKQZVMQK' };
const GONE_EVENT = { configuration: 'DEFAULT', event: 'GONE_EVENT' };
const ALLOCATED = { payload: 'Successfully allocated enkash Coins', response_code: 0, response_message: 'Success' };
const failed = ({ status, body }: EnkashSaid) => {
  const [code, message] = body.response_code === undefined ? [body.code, body.message] : [body.response_code, body.response_message];
  expect([code, body.payload]).toEqual([1, message]);
  return [status, message];
};

describe('coins', () => {
  it('are configured, changed and given as in the samples, once for each request', async () => {
    const unknown = await enkash.call('POST', '/enkash-coins/allocate-coin', SEED);
    expect(failed(unknown)).toEqual([200, 'Coin event not configured']);
    const config = { configuration: 'DEFAULT', companyId: SEED.companyId, event: SEED.event, amount: 40 };
    const made = await enkash.call<{ coinConfigId: string }>('POST', '/enkash-coins/create-coins-config', config);
    expect(made.body.payload).toEqual({
      coinConfigId: expect.stringMatching(/^WCC/),
      configuration: 'DEFAULT',
      event: SEED.event,
      amount: 40,
    });
    const path = `/enkash-coins/${made.body.payload.coinConfigId}`;
    expect((await enkash.call('PATCH', path, { amount: 50 })).body).toMatchObject({ response_code: 0, payload: { amount: 50 } });
    expect((await enkash.call('GET', path)).body.payload).toEqual({ ...made.body.payload, amount: 50 });

    const answers = await Promise.all([1, 2, 3].map(() => enkash.call('POST', '/enkash-coins/allocate-coin', SEED)));
    for (const { status, body } of answers) expect([status, body]).toEqual([200, ALLOCATED]);
    expect((await enkash.call('GET', `/coins/balance?userId=${SEED.userId}`)).body).toEqual({
      payload: 50,
      response_code: 0,
      response_message: 'Success',
    });
    const other = await enkash.call('POST', '/enkash-coins/allocate-coin', { ...SEED, userId: 'EKOTHER1' });
    expect(failed(other)).toEqual([200, 'This key was used before with another content']);

    const custom = await enkash.call('POST', '/enkash-coins/create-coins-config', { ...config, configuration: 'CUSTOM', amount: 5 });
    expect(custom.body.payload).toMatchObject({ configuration: 'CUSTOM', companyId: SEED.companyId, amount: 5 });
    expect((await enkash.call('POST', '/enkash-coins/allocate-coin', { ...SEED, requestId: 'COIN_REQ2' })).body).toEqual(ALLOCATED);
    expect((await enkash.call('GET', `/coins/balance?userId=${SEED.userId}`)).body.payload).toBe(55);
  });

  it('of who was erased are refused under their id of then, which brings nobody back (C9.4)', async () => {
    const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
    const made = await enkash.call('POST', '/enkash-coins/create-coins-config', { ...GONE_EVENT, amount: 5 });
    expect(made.body.response_code).toBe(0);
    const sent = { ...SEED, event: GONE_EVENT.event, userId: 'EKERASED1' };
    expect((await enkash.call('POST', '/enkash-coins/allocate-coin', { ...sent, requestId: 'GONE_1' })).body).toEqual(ALLOCATED);
    const members = () =>
      api.uow.read(api.integrator.ctx, (tx) => tx.query<{ id: string }>('select id from member where tenant_id = $1', [tx.ctx.tenantId]));
    const known = await members();
    const user = await api.uow.read(api.integrator.ctx, (tx) => get(CoinUsers).find(tx, { id: 'EKERASED1' }));
    await api.uow.run(api.integrator.ctx, (tx) => get(EraseMember).execute(tx, { memberId: user!.memberId, forfeitPoints: true }));
    const again = await enkash.call('POST', '/enkash-coins/allocate-coin', { ...sent, requestId: 'GONE_2' });
    expect(failed(again)).toEqual([200, expect.stringMatching(/erased/)]);
    expect(failed(await enkash.call('GET', '/coins/balance?userId=EKERASED1'))).toEqual([200, expect.stringMatching(/userId/)]);
    expect(await members()).toHaveLength(known.length);
  });

  it.each<[string, string, object | undefined, number, RegExp]>([
    ['POST', '/enkash-coins/allocate-coin', { ...SEED, companyId: 'X' }, 400, /companyId/],
    ['POST', '/enkash-coins/allocate-coin', { ...SEED, tip: 1 }, 400, /tip/],
    ['POST', '/enkash-coins/create-coins-config', { configuration: 'CUSTOM', event: 'E', amount: 1 }, 400, /company/],
    ['POST', '/enkash-coins/create-coins-config', { configuration: 'DEFAULT', event: SEED.event, amount: 1 }, 200, /exists/],
    ['GET', '/enkash-coins/WCC0000', undefined, 404, /Not found/],
    ['GET', '/coins/balance?userId=EKNOBODY', undefined, 200, /userId/],
    ['GET', '/nothing', undefined, 404, /Not found/],
    ['PUT', '/enkash-coins/allocate-coin', {}, 405, /not allowed/],
  ])('%s %s %j is refused', async (method, path, body, status, message) =>
    expect(failed(await enkash.call(method, path, body))).toEqual([status, expect.stringMatching(message)]),
  );
});

describe('points on cards', () => {
  const COMPANY = { companyId: 'CEKCARDS01', cardAccountId: 'CAQCARDS01' };
  const ON = { ...COMPANY, transactionCode: 'ALLOCATION', transactionType: 'CR', type: 'ALLOCATE_POINT' };
  const OFF = { ...COMPANY, transactionType: 'DR', type: 'UNALLOCATE_POINT' };
  const PERSON = { email: 'asha.rao@example.com', mobile: '9800000009', title: 'Ms', firstName: 'Asha', gender: 'F' };
  const allocate = (body: object) => enkash.call<Record<string, unknown>>('POST', '/partner/enKashCard/points/allocate', body);
  let cardId: string;

  it('are put on for a new user, taken off by the card, once for each reference in either spelling', async () => {
    const load = { ...ON, ...PERSON, loadAmount: '250.50', uniqueReferenceNumber: 'REF-1' };
    const [first, ...repeats] = await Promise.all([load, load, load].map((body) => allocate(body)));
    cardId = first!.body.payload.enKashCardId as string;
    expect(first!.body).toEqual({
      code: 0,
      message: 'Success',
      payload: {
        enKashCardId: expect.stringMatching(/^EKC/),
        enkashCardTxnId: expect.stringMatching(/^\d{8}$/),
        pgReferenceNumber: 'REF-1',
        otbBalance: 250.5,
        maskedNumber: expect.stringMatching(/^XXXX XXXX XXXX \d{4}$/),
      },
    });
    for (const { body } of repeats) expect(body).toEqual(first!.body);
    const off = await allocate({ ...OFF, enKashCardId: cardId, loadAmount: 50.5, uniqueReferenceNum: 'REF-2' });
    expect(off.body.payload).toMatchObject({ enKashCardId: cardId, pgReferenceNumber: 'REF-2', otbBalance: 200 });
    // Natively both are found by the partner's own reference.
    for (const [reference, type] of [
      ['REF-1', 'earn'],
      ['REF-2', 'adjust_debit'],
    ])
      expect((await api.call('GET', `/transactions?reference=${reference}`)).body.data).toMatchObject([{ reference, type }]);
    // The account has a single card: it may be left out.
    expect((await allocate({ ...ON, loadAmount: 1, uniqueReferenceNumber: 'REF-3' })).body.payload).toMatchObject({ otbBalance: 201 });
    expect((await allocate({ ...ON, email: PERSON.email, loadAmount: 9, uniqueReferenceNumber: 'REF-4' })).body.payload).toMatchObject({
      enKashCardId: cardId,
      otbBalance: 210,
    });
  });

  it('are shown by account, user and movement', async () => {
    const ask = <T>(path: string, body: object) => enkash.call<T>('POST', `/partner/enKashCard/${path}`, { ...COMPANY, ...body });
    expect((await ask('cardAccount/get', {})).body.payload).toMatchObject({ ...COMPANY, balance: 210, cardCount: 1, status: 'ACTIVE' });
    expect((await ask('search', { enKashCardId: cardId })).body.payload).toMatchObject([
      { name: 'Ms Asha', email: PERSON.email, mobile: '+919800000009', cards: [{ enKashCardId: cardId, otbBalance: 210 }] },
    ]);
    const movements = (await ask<{ pgReferenceNumber: string; amount: number }[]>('transaction/all', { enKashCardId: cardId })).body
      .payload;
    expect(movements.map(({ pgReferenceNumber, amount }) => [pgReferenceNumber, amount])).toEqual([
      ['REF-4', 9],
      ['REF-3', 1],
      ['REF-2', 50.5],
      ['REF-1', 250.5],
    ]);
    const found = async (filter: object) => (await ask<object[]>('transaction/all', filter)).body.payload.length;
    expect([
      await found({ cardTransactionType: 'DR' }),
      await found({ pgReferenceNumber: 'REF-3' }),
      await found({ amountFrom: 9, amountTo: '60' }),
      await found({ companyName: 'Another' }),
      await found({ txnDateFrom: '2100-01-01T00:00:00Z' }),
      await found({ limit: 1, offset: 1 }),
      await found({ enKashTransactionIds: ['x', '1'] }),
    ]).toEqual([1, 1, 2, 0, 0, 1, 0]);
    const sso = await ask<{ access_token: string }>('sso-token', { enkashCardId: cardId });
    const own = await api.app.nest.inject({
      method: 'GET',
      url: '/api/v1/wallets',
      headers: { authorization: `Bearer ${sso.body.payload.access_token}` },
    });
    expect(own.json()).toMatchObject({ data: [{ available: 210 }] });
  });

  it('go to many at once, each with a result of its own', async () => {
    const item = { transactionType: 'CR', type: 'ALLOCATE_POINT', loadAmount: 5 };
    const { body } = await enkash.call<{ results: { code: number }[] }>('POST', '/partner/enKashCard/points/bulk-allocate', {
      ...COMPANY,
      items: [
        { ...item, email: 'one@example.com', uniqueReferenceNumber: 'BULK-1' },
        { ...item, email: 'two@example.com', uniqueReferenceNumber: 'BULK-2', loadAmount: 0.001 },
        { ...item, email: 'one@example.com', uniqueReferenceNumber: 'BULK-1' },
        { ...item, enKashCardId: 'EKC00000000', uniqueReferenceNumber: 'BULK-3' },
        { ...item, email: 'one@example.com' },
      ],
    });
    expect(body.payload.results.map(({ code }) => code)).toEqual([0, 1, 0, 1, 1]);
    expect(body.payload.results).toMatchObject([
      { uniqueReferenceNumber: 'BULK-1', payload: { otbBalance: 5 } },
      { message: expect.stringMatching(/decimals/) },
      { payload: { otbBalance: 5 } },
      { message: expect.stringMatching(/card/) },
      { uniqueReferenceNumber: null },
    ]);
  });

  it.each<[string, object, number, RegExp]>([
    ['more than there is', { ...OFF, email: PERSON.email, loadAmount: 9_999, uniqueReferenceNumber: 'BAD-1' }, 200, /fewer points/],
    [
      'another amount under a reference',
      { ...ON, email: PERSON.email, loadAmount: 8, uniqueReferenceNumber: 'REF-4' },
      200,
      /another content/,
    ],
    [
      'another person under a reference',
      { ...ON, email: 'one@example.com', loadAmount: 9, uniqueReferenceNumber: 'REF-4' },
      200,
      /another content/,
    ],
    ['nobody known', { ...OFF, email: 'nobody@example.com', loadAmount: 1, uniqueReferenceNumber: 'BAD-2' }, 200, /user/],
    [
      'another account',
      { ...ON, cardAccountId: 'CAQ99999', email: PERSON.email, loadAmount: 1, uniqueReferenceNumber: 'BAD-3' },
      200,
      /card_account/,
    ],
    [
      'two spellings of two cards',
      { ...ON, enKashCardId: 'EKC1111', enkashCardId: 'EKC2222', loadAmount: 1, uniqueReferenceNumber: 'B' },
      400,
      /Differs/,
    ],
    [
      'CR with UNALLOCATE_POINT',
      { ...ON, type: 'UNALLOCATE_POINT', email: PERSON.email, loadAmount: 1, uniqueReferenceNumber: 'B' },
      400,
      /goes with/,
    ],
    ['no reference', { ...ON, email: PERSON.email, loadAmount: 1 }, 400, /uniqueReferenceNumber/],
    ['0 points', { ...ON, email: PERSON.email, loadAmount: 0, uniqueReferenceNumber: 'B' }, 400, /loadAmount/],
    [
      'a user of another company',
      { ...ON, companyId: 'CEKOTHER01', cardAccountId: 'CAQOTHER01', email: PERSON.email, loadAmount: 1, uniqueReferenceNumber: 'B' },
      200,
      /another company/,
    ],
  ])('are refused for %s', async (_, body, status, message) =>
    expect(failed(await allocate(body))).toEqual([status, expect.stringMatching(message)]),
  );

  it('need the partner of the token named', async () => {
    const ask = (headers: Record<string, string>) => enkash.call('POST', '/partner/enKashCard/cardAccount/get', COMPANY, headers);
    expect((await ask({ partnerid: api.integrator.ctx.tenantId })).body.response_code).toBe(0);
    expect(failed(await ask({ partnerid: 'another' }))).toEqual([403, 'The partnerId is not that of the token']);
    const stranger = await openIntegrator(api.app);
    const theirs = { authorization: `Bearer ${stranger.token}`, partnerid: stranger.ctx.tenantId };
    expect(failed(await ask(theirs))).toEqual([200, expect.stringMatching(/company/)]);
  });
});

describe('the token', () => {
  const password = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => ({
    grant_type: 'password',
    username: clientId,
    password: clientSecret,
    clientId,
  });

  it('is given for id and secret in header and form, lives as it says, and is renewed once', async () => {
    const { status, body } = await enkash.token(password(api.integrator));
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        token_type: 'bearer',
        refresh_token: expect.any(String),
        expires_in: 900,
        scope: 'read write trust',
      },
    ]);
    const [, claims] = body.access_token.split('.');
    const { iat, exp } = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { iat: number; exp: number };
    expect(exp - iat).toBe(body.expires_in);
    // It is good on the paths of the dialect alone.
    const native = await api.app.nest.inject({
      method: 'GET',
      url: '/api/v1/wallets',
      headers: { authorization: `Bearer ${body.access_token}` },
    });
    expect(native.statusCode).toBe(401);

    const client = await openApiClient(api.uow, api.integrator.ctx, ['points:read']);
    const first = (await enkash.token(password(client), client)).body;
    const renew = (token: string) => enkash.token({ grant_type: 'refresh_token', refresh_token: token }, client);
    const second = await renew(first.refresh_token);
    expect([second.status, second.body.refresh_token === first.refresh_token]).toEqual([200, false]);
    expect((await renew(first.refresh_token)).body.error).toBe('invalid_grant');
    // Whoever used it twice ended what came of it.
    expect((await renew(second.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('is refused, and after three failures in a row for a while whatever is sent', async () => {
    const client = await openApiClient(api.uow, api.integrator.ctx, ['points:read']);
    const right = password(client);
    const ask = async (form: object, given = client) => {
      const { status, body } = await enkash.token({ ...right, ...form }, given);
      return [status, body.error];
    };
    const wrong = { ...client, clientSecret: `${client.clientSecret}x` };
    expect(await ask({ grant_type: 'client_credentials' })).toEqual([400, 'unsupported_grant_type']);
    expect(await ask({ clientId: 'another' })).toEqual([400, 'invalid_request']);
    expect(await ask({}, wrong)).toEqual([401, 'invalid_client']);
    expect(await ask({ password: 'wrong' })).toEqual([400, 'invalid_grant']);
    expect(await ask({})).toEqual([200, undefined]);
    for (let failure = 1; failure <= 3; failure++) expect((await ask({}, wrong))[0]).toBe(401);
    expect(await ask({})).toEqual([400, 'invalid_grant']);
  });
});
