import { canonicalJson } from '@tallystick/kernel';
import { startAdminApi, type AdminApi } from '../../../../test/support/admin-api.js';
import { cardItem } from '../../../../test/support/cashback.js';
import { conciliationFixture } from '../../../../test/support/conciliation.js';

let api: AdminApi;
beforeAll(async () => (api = await startAdminApi()));
afterAll(() => api?.close());

interface Window {
  id: string;
  state: string;
  commission_state: string;
  hash: string;
  lines: number;
  totals: { cashback: string }[];
}

/** A tenant with one closed window of three purchases, and people of it. */
async function openBank() {
  const bank = await conciliationFixture(api.uow);
  await bank.shop('shop');
  bank.goTo('2025-11-17T01:00:00-06:00');
  const settled_at = '2025-11-12T12:00:00-06:00';
  await bank.cards(...['p1', 'p2', 'p3'].map((id) => cardItem(id, `customer-${id}`, { settled_at })));
  const [closed] = (await bank.closeAll()) as [string];
  return { bank, closed, path: `/conciliation/windows/${closed}`, ...(await api.person(bank.ctx, 'tenant_admin')) };
}

test('windows are listed with their control totals, gone through, exported as the same bytes for ever, and confirmed once', async () => {
  const { bank, closed, path, call, credential } = await openBank();
  const list = await call<Window[]>('GET', '/conciliation/windows?page_size=1');
  expect(list.body.data).toMatchObject([{ state: 'open', lines: null, commission_state: 'accrued' }]);
  const next = await call<Window[]>('GET', `/conciliation/windows?page_size=1&cursor=${list.body.meta.pagination.next_cursor}`);
  expect(next.body.data).toMatchObject([
    { id: closed, state: 'closed', lines: 3, commission_state: 'payable', totals: [{ cashback: '15.00' }] },
  ]);
  expect((await call<Window[]>('GET', '/conciliation/windows?state=closed')).body.data).toHaveLength(1);
  const page = await call<{ reference: string }[]>('GET', `${path}/lines?page_size=2`);
  const rest = await call<{ reference: string }[]>('GET', `${path}/lines?page_size=2&cursor=${page.body.meta.pagination.next_cursor}`);
  expect([...page.body.data, ...rest.body.data].map(({ reference }) => reference)).toEqual(['p1', 'p2', 'p3']);
  expect((await call('GET', `${path}/payouts`)).body.data).toHaveLength(3);
  expect((await call('GET', `/conciliation/windows/${list.body.data[0]!.id}/lines`)).body.code).toBe('invalid_state');

  const download = async (format: string) => {
    const answer = await api.app.nest.inject({ method: 'GET', url: `/api/v1${path}/export/${format}`, headers: credential });
    expect([answer.statusCode, answer.headers['content-disposition']]).toEqual([200, `attachment; filename="${closed}.${format}"`]);
    return answer.body;
  };
  const exported = [await download('json'), await download('csv')];
  expect(canonicalJson(JSON.parse(exported[0]!))).toBe(exported[0]);
  expect(await call('POST', `${path}/dispersed`)).toMatchObject({
    status: 200,
    body: { data: { state: 'dispersed', commission_state: 'dispersed' } },
  });
  expect(await call('POST', `${path}/dispersed`)).toMatchObject({ status: 200, body: { data: { state: 'dispersed' } } });
  expect(await bank.paid('customer-p1')).toBe(0n);
  expect([await download('json'), await download('csv')]).toEqual(exported);
  expect((await call('GET', '/conciliation/verification')).body.data).toMatchObject({ windows: 1, problem: null });
});

test('another tenant, and who may only read, change nothing and see nothing of it', async () => {
  const { bank, path } = await openBank();
  const { call: stranger } = await openBank();
  for (const [method, at] of [
    ['GET', path],
    ['GET', `${path}/lines`],
    ['GET', `${path}/payouts`],
    ['GET', `${path}/export/json`],
    ['GET', `${path}/export/csv`],
    ['POST', `${path}/dispersed`],
    ['GET', '/conciliation/windows/W-1'],
  ] as const)
    expect([method, at, (await stranger(method, at)).status]).toEqual([method, at, 404]);
  const { call: auditor } = await api.person(bank.ctx, 'auditor');
  expect((await auditor('POST', `${path}/dispersed`)).status).toBe(403);
  expect((await auditor('GET', path)).status).toBe(200);
});
