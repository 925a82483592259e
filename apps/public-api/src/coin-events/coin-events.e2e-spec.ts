import { CoinCompanies, CoinEvents, SaveProgram } from '@tallystick/loyalty';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { openProgram } from '../../../../test/support/loyalty.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

let api: PublicApi;
beforeAll(async () => (api = await startPublicApi({}, 2)));
afterAll(() => api?.close());

const SAMPLE = { company_id: 'CEK0TCW2W8', event: 'REFERRAL_EVENT', request_id: 'COIN_REQ1234567', user_id: 'EKQZVMQK' };
const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
const configure = (event: string, amount: bigint, companyId?: string, ctx = api.integrator.ctx) =>
  api.uow.run(ctx, async (tx) => {
    if (companyId && !(await get(CoinCompanies).find(tx, companyId))) await get(CoinCompanies).open(tx, { id: companyId });
    return get(CoinEvents).create(tx, { configuration: companyId ? 'CUSTOM' : 'DEFAULT', companyId, event, amount });
  });
const allocate = (body: object, call = api.call) =>
  call<{ transaction_id: string; member_id: string; amount: number }>('POST', '/coin-events/allocations', body);
const balanceOf = async (memberId: string) =>
  (await api.call<{ available: number }>('GET', `/members/${memberId}/balance`)).body.data.available;

test('the coins of an event are given once for each company and request, whoever sends it at once, and explained', async () => {
  const event = await configure('REFERRAL_EVENT', 50n);
  const answers = await Promise.all([SAMPLE, SAMPLE, SAMPLE].map((body) => allocate(body)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(answers.map(({ body }) => body.data.transaction_id)).size).toBe(1);
  const { transaction_id, member_id } = answers[0]!.body.data;
  expect(answers[0]!.body.data).toMatchObject({ ...SAMPLE, amount: 50, coin_event_id: event.id });
  expect(await balanceOf(member_id)).toBe(50);
  expect((await api.call('GET', `/transactions/${transaction_id}/explain`)).body.data).toMatchObject({
    transaction: { type: 'earn', reference: 'COIN_REQ1234567', narration: 'Coin event REFERRAL_EVENT' },
    rules: [{ id: event.id, version: 1, points: 50, reason: `Coin event REFERRAL_EVENT (${event.code}).` }],
  });

  // The event may change or go: what was given under a request stays its answer.
  await api.uow.run(api.integrator.ctx, (tx) => get(CoinEvents).remove(tx, event.id));
  expect(await allocate(SAMPLE)).toMatchObject({
    status: 201,
    headers: { 'idempotent-replayed': 'true' },
    body: { data: { transaction_id } },
  });
  for (const other of [{ event: 'OTHER' }, { user_id: 'EKOTHER1' }])
    expect(await allocate({ ...SAMPLE, ...other })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  expect(await balanceOf(member_id)).toBe(50);
});

test("a company's own configuration goes before the default, and its requests are its own", async () => {
  await configure('WELCOME', 10n);
  await configure('WELCOME', 25n, 'CEKCUSTOM1');
  const amount = async (company_id: string, user_id: string) =>
    (await allocate({ ...SAMPLE, event: 'WELCOME', company_id, user_id, request_id: 'W-1' })).body.data.amount;
  expect([await amount('CEKCUSTOM1', 'EKUSER01'), await amount('CEKPLAIN01', 'EKUSER02')]).toEqual([25, 10]);
});

test('what is not configured or not of the company gives nothing', async () => {
  await configure('VISIT', 1n);
  const told = async (body: object, call = api.call) => {
    const { status, body: said } = await allocate({ ...SAMPLE, event: 'VISIT', request_id: 'V-1', ...body }, call);
    return [status, said.code];
  };
  expect(await told({ event: 'NEVER' })).toEqual([404, 'coin_event_not_configured']);
  expect(await told({ company_id: 'CEKVISIT01', user_id: 'EKVISITOR' })).toEqual([201, 'created']);
  expect(await told({ company_id: 'CEKVISIT02', user_id: 'EKVISITOR' })).toEqual([404, 'not_found']);
  expect(await told({ company_id: 'nonsense' })).toEqual([400, 'validation_error']);

  const strict = await openIntegrator(api.app, { tenant: { currency: 'USD' } });
  const program = await openProgram(api.uow, strict.ctx, { enroll_on_first_sight: false });
  await configure('VISIT', 1n, undefined, strict.ctx);
  expect(await told({}, api.as(strict))).toEqual([404, 'not_found']);
  await api.uow.run(strict.ctx, (tx) => get(CoinCompanies).open(tx, { id: SAMPLE.company_id }));
  expect(await told({}, api.as(strict))).toEqual([404, 'not_found']);
  await api.as(strict)('POST', '/members', { reference: SAMPLE.user_id });
  expect(await told({}, api.as(strict))).toEqual([201, 'created']);
  await api.uow.run(strict.ctx, (tx) => get(SaveProgram).update(tx, program.id, (known) => ({ ...known, status: 'paused' })));
  expect(await told({ request_id: 'V-2' }, api.as(strict))).toEqual([409, 'invalid_state']);
});
