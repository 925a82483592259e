import { Money } from '@tallystick/kernel';
import { currencyAssetId } from '@tallystick/ledger';
import { CashConfigs, Funds, SaveProgram, type ProgramTerms } from '@tallystick/loyalty';
import { Mail, type MailOrder } from '@tallystick/platform';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

let api: PublicApi;
beforeAll(async () => (api = await startPublicApi({ min_redeem: '2' })));
afterAll(() => api?.close());

test('points are redeemed to money, once for each reference, and both come back', async () => {
  const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
  const { ctx } = api.integrator;
  const redeem = (body: object) =>
    api.call<{ transaction: { id: string; points: number }; cash: { amount: string; wallet_id: string } }>(
      'POST',
      '/points/redeem-to-cash',
      {
        member_reference: 'CUST-1',
        points: 30,
        currency: 'USD',
        ...body,
      },
    );
  const member = await api.call<{ id: string }>('POST', '/members', { reference: 'CUST-1' });
  const wallets = async (): Promise<unknown> => (await api.call('GET', `/members/${member.body.data.id}/cash-wallets`)).body.data;
  await api.call('POST', '/points/earn', { member_reference: 'CUST-1', reference: 'E-1', points: 100 });
  expect(await redeem({})).toMatchObject({ status: 404, body: { code: 'cash_redemption_not_configured' } });
  const config = await api.uow.run(ctx, (tx) =>
    get(CashConfigs).create(tx, api.program, {
      userType: 'customer',
      currency: 'USD',
      points: 3n,
      value: 1_000_000n,
      minPoints: null,
      maxPoints: 50n,
      cycle: 'day',
      maxPointsPerCycle: null,
      maxRedemptionsPerCycle: null,
      automatic: null,
      active: true,
    }),
  );
  expect(await redeem({})).toMatchObject({ status: 409, body: { code: 'insufficient_prefund', errors: {} } });
  await api.uow.run(ctx, (tx) => get(Funds).deposit(tx, { amount: Money.of(2_000n, 'USD'), reference: 'UTR-1' }));

  const wallet = { member_id: member.body.data.id, currency: 'USD', currency_id: currencyAssetId(ctx.tenantId, 'USD') };
  expect(await wallets()).toEqual([{ ...wallet, id: expect.any(String), balance: '0.00', available: '0.00' }]);
  expect((await api.call('GET', `/members/${api.program.id}/cash-wallets`)).status).toBe(404);
  const first = await redeem({ reference: 'C-1', points: 31 });
  expect(await wallets()).toEqual([{ ...wallet, id: first.body.data.cash.wallet_id, balance: '10.33', available: '10.33' }]);
  expect(first).toMatchObject({
    status: 201,
    body: { data: { transaction: { points: 31, type: 'redeem' }, cash: { amount: '10.33', currency: 'USD' } } },
  });
  const again = await redeem({ reference: 'C-1', points: 31 });
  expect([again.body.data, again.headers['idempotent-replayed']]).toEqual([first.body.data, 'true']);
  const { id } = first.body.data.transaction;
  const explained = await api.call<{ entries: { currency: string | null; points: number }[] }>('GET', `/transactions/${id}/explain`);
  expect(explained.body.data).toMatchObject({ rules: [{ id: config.id, points: 31 }] });
  expect(explained.body.data.entries.map(({ currency, points }) => [currency, points])).toEqual([
    [null, -31],
    [null, 31],
    ['USD', -10.33],
    ['USD', 10.33],
  ]);
  // The program's own limits hold for money too.
  expect(await redeem({ points: 1 })).toMatchObject({ status: 409, body: { code: 'limit_exceeded' } });
  expect(await redeem({ points: 51 })).toMatchObject({ status: 409, body: { code: 'limit_exceeded', errors: { limit: 'max_points' } } });
  expect(await redeem({ points: 50, member_reference: 'CUST-2' })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect((await api.call('POST', '/points/reverse', { transaction_id: id })).status).toBe(201);
  expect(await redeem({ points: 45 })).toMatchObject({ status: 201, body: { data: { cash: { amount: '15.00' } } } });
});

test('from so many points on a program asks members for a one-time code, and integrators where it says so', async () => {
  const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
  const { ctx } = api.integrator;
  const terms = (changed: Partial<ProgramTerms>) =>
    api.uow.run(ctx, (tx) => get(SaveProgram).update(tx, api.program.id, (known) => ({ ...known, terms: { ...known.terms, ...changed } })));
  const enroll = async (reference: string) => {
    const { id } = (await api.call<{ id: string }>('POST', '/members', { reference, email: `${reference.toLowerCase()}@example.com` })).body
      .data;
    const earned = await api.call<{ wallet_id: string }>('POST', '/points/earn', {
      member_id: id,
      reference: `E-${reference}`,
      points: 500,
    });
    const { access_token } = (await api.call<{ access_token: string }>('POST', `/members/${id}/token`, {})).body.data;
    return { id, reference, wallet: earned.body.data.wallet_id, headers: { authorization: `Bearer ${access_token}` } };
  };
  const codeSent = async (): Promise<string> => {
    const [mail] = await api.uow.read(ctx, (tx) =>
      tx.query<{ payload: MailOrder }>(
        `select payload from job_outbox where tenant_id = $1 and name = 'send-mail' order by id desc limit 1`,
        [tx.ctx.tenantId],
      ),
    );
    return String(get(Mail).open(mail!.payload).code);
  };
  const [ann, bo] = [await enroll('ANN'), await enroll('BO')];
  await api.uow.run(ctx, (tx) => get(Funds).deposit(tx, { amount: Money.of(100_000n, 'USD'), reference: 'UTR-9' }));
  await terms({ otp_threshold: '40' });

  const cash = (points: number, rest: object = {}, headers: Record<string, string> = ann.headers) =>
    api.call('POST', '/points/redeem-to-cash', { member_id: ann.id, points, currency: 'USD', ...rest }, headers);
  const send = (points: number, rest: object = {}) =>
    api.call('POST', '/wallets/transfer', { from_wallet_id: ann.wallet, to_wallet_id: bo.wallet, points, ...rest }, ann.headers);
  const request = (type: string, headers: Record<string, string> = ann.headers) =>
    api.call('POST', '/member-auth/me/otp/request', { type }, headers);

  expect((await cash(39)).status).toBe(201);
  const asked = await cash(40, {}, { ...ann.headers, 'idempotency-key': 'big' });
  expect(asked).toMatchObject({ status: 400, body: { code: 'otp_required', errors: { type: 'POINTREDEEMCONFIRM' } } });
  expect(await send(40)).toMatchObject({ status: 400, body: { code: 'otp_required', errors: { type: 'POINTTRANSFERCONFIRM' } } });
  expect((await request('LOGIN')).status).toBe(400);
  expect((await request('POINTREDEEMCONFIRM', {})).status).toBe(403);
  expect((await request('POINTREDEEMCONFIRM')).status).toBe(200);
  const otp = await codeSent();
  expect((await send(40, { otp })).body.code).toBe('otp_type_mismatch');
  // Nobody tries the codes of others, nor learns who there is.
  expect(
    (await api.call('POST', '/points/redeem-to-cash', { member_id: ann.id, points: 40, currency: 'USD', otp }, bo.headers)).status,
  ).toBe(404);
  expect((await cash(40, { otp, reference: 'big' }, { ...ann.headers, 'idempotency-key': 'big' })).status).toBe(201);
  expect((await cash(40, { otp })).body.code).toBe('otp_invalid');
  // A repeat under its reference is answered as it was.
  expect(await cash(40, { reference: 'big' })).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
  expect((await request('POINTTRANSFERCONFIRM')).status).toBe(200);
  expect((await send(40, { otp: await codeSent() })).status).toBe(201);

  // Integrators are asked only where the program says so.
  const redeem = (points: number, rest: object = {}) => api.call('POST', '/points/redeem', { member_reference: 'ANN', points, ...rest });
  const both = { from: { member_reference: 'ANN' }, to: { member_reference: 'BO' } };
  expect((await redeem(40)).status).toBe(201);
  await terms({ otp_for_integrators: true });
  const refused = [
    await redeem(40),
    await api.call('POST', '/points/holds', { member_reference: 'ANN', points: 40 }),
    await api.call('POST', '/points/transfer', { ...both, points: 40 }),
  ];
  expect(refused.map(({ body: { code, errors } }) => [code, errors.type])).toEqual([
    ['otp_required', 'POINTREDEEMCONFIRM'],
    ['otp_required', 'POINTREDEEMCONFIRM'],
    ['otp_required', 'POINTTRANSFERCONFIRM'],
  ]);
  expect((await redeem(39)).status).toBe(201);
  await api.call('POST', `/members/${ann.id}/otp/request`, { type: 'POINTREDEEMCONFIRM', channel: 'email' });
  expect((await redeem(40, { otp: await codeSent() })).status).toBe(201);
});
