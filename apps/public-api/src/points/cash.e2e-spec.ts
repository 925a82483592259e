import { Money } from '@tallystick/kernel';
import { currencyAssetId } from '@tallystick/ledger';
import { CashConfigs, Funds } from '@tallystick/loyalty';
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
