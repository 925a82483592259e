import { MatchSettlement } from '@tallystick/offers';
import { cardItem } from '../../../../test/support/cashback.js';
import { conciliationFixture } from '../../../../test/support/conciliation.js';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

let api: PublicApi;
beforeAll(async () => (api = await startPublicApi()));
afterAll(() => api?.close());

test('an institution reads its windows, verifies them, and says once that it has handed the cashback on', async () => {
  const bank = await conciliationFixture(api.uow);
  await bank.shop('shop');
  bank.goTo('2025-11-17T01:00:00-06:00');
  await bank.cards(cardItem('p1', 'ana', { settled_at: '2025-11-12T12:00:00-06:00' }));
  const [closed] = (await bank.closeAll()) as [string];
  const path = `/conciliation/windows/${closed}`;
  const call = api.as(await openIntegrator(api.app, { ctx: bank.ctx }));
  const { body } = await call<{ id: string }[]>('GET', '/conciliation/windows?state=closed');
  expect(body.data).toMatchObject([{ id: closed, lines: 1 }]);
  expect((await call('GET', path)).body.data).toMatchObject({ payout_totals: [{ payout: '5.00' }] });
  expect((await call('GET', `${path}/lines`)).body.data).toMatchObject([{ reference: 'p1', cashback: '5.00' }]);
  expect((await call('GET', `${path}/payouts`)).body.data).toMatchObject([{ payout: '5.00' }]);
  expect((await call('GET', '/conciliation/verification')).body.data).toMatchObject({ windows: 1, problem: null });
  expect((await call('GET', `${path}/export/json`)).text).toContain(`"id":"${closed}"`);
  expect((await call('GET', `${path}/match`)).status).toBe(404);
  await bank.run((tx) => new MatchSettlement().execute(tx, closed));
  expect((await call('GET', `${path}/match`)).body.data).toMatchObject({
    balanced: true,
    totals: [{ state: 'missing_in_file', told_count: 1 }],
  });
  const narrow = api.as(await openIntegrator(api.app, { ctx: bank.ctx, scopes: ['conciliation:read'] }));
  expect((await narrow('POST', `${path}/dispersed`)).status).toBe(403);
  expect((await call('POST', `${path}/dispersed`)).body.data).toMatchObject({ state: 'dispersed' });
  expect(await bank.paid('ana')).toBe(0n);
  const stranger = api.as(await openIntegrator(api.app));
  for (const at of ['', '/lines', '/payouts', '/match', '/export/json', '/export/csv'])
    expect([at, (await stranger('GET', `${path}${at}`)).status]).toEqual([at, 404]);
  expect((await stranger('POST', `${path}/dispersed`)).status).toBe(404);
  expect((await api.app.nest.inject({ url: `/api/v1${path}/export/csv`, headers: {} })).statusCode).toBe(401);
  const csv = await api.app.nest.inject({
    url: `/api/v1${path}/export/csv`,
    headers: (await openIntegrator(api.app, { ctx: bank.ctx })).headers,
  });
  expect(csv.body.split('\r\n')).toHaveLength(3);
});
