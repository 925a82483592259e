import { newId } from '@tallystick/kernel';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

let api: PublicApi;
beforeAll(async () => void (api = await startPublicApi()));
afterAll(() => api.close());

test('a client simulates a purchase: nothing is posted; other programs, tenants and scopes are refused', async () => {
  const path = `/programs/${api.program.id}/simulate`;
  const purchase = { amount: 12.5, currency: 'USD' };
  expect(await api.call('POST', path, purchase)).toMatchObject({
    status: 200,
    body: {
      data: { points: 12, program_id: api.program.id, program_version: 1, rounding: 'floor', rate: { points: 12, cuts: [] }, rules: [] },
    },
  });
  expect((await api.call<unknown[]>('GET', '/transactions')).body.data).toEqual([]);
  expect((await api.call('POST', `/programs/${newId()}/simulate`, purchase)).status).toBe(404);
  expect(await api.call('POST', path, { ...purchase, currency: 'EUR' })).toMatchObject({ status: 400, body: { code: 'validation_error' } });
  const stranger = await openIntegrator(api.app, {});
  expect((await api.as(stranger)('POST', path, purchase)).status).toBe(404);
  const narrow = await openIntegrator(api.app, { scopes: ['members:read'] });
  expect((await api.as(narrow)('POST', path, purchase)).status).toBe(403);
});
