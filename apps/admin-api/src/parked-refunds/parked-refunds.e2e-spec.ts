import { requestContext, type TenantContext } from '@tallystick/kernel';
import { CreateMember, ParkedRefunds, PostPoints, RetryParkedRefunds, type PointsFact, type RefundFact } from '@tallystick/loyalty';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, openProgram } from '../../../../test/support/loyalty.js';
import type { ParkedRefundDto } from './parked-refund.dto.js';

let api: AdminApi;
let ctx: TenantContext;
let auditor: AdminCaller;
beforeAll(async () => {
  api = await startAdminApi();
  ctx = await openTenant(api.uow, { currency: 'USD' });
  await openProgram(api.uow, ctx);
  auditor = await api.person(ctx, 'auditor');
});
afterAll(() => api.close());

const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
const days = (count: number): TenantContext => requestContext({ ...ctx, clockOffsetMs: count * 86_400_000 });
const refund = (n: number, reference = `R ${n}/x`): RefundFact => ({
  kind: 'refund',
  source: { channel: 'test', requestId: 'batch-1' },
  member: { reference: `member-${n}` },
  reference,
  originalReference: `P-${n}`,
  purchase: { amount: '12.50', currency: 'USD' },
});
const park = (at: TenantContext, ...facts: RefundFact[]) => api.uow.run(at, (tx) => get(ParkedRefunds).park(tx, 'batch-1', facts));
const post = (at: TenantContext, fact: PointsFact) => api.uow.run(at, (tx) => get(PostPoints).execute(tx, [fact]));
const purchase = (n: number, currency = 'USD'): PointsFact =>
  earnFact(`member-${n}`, 0, { reference: `P-${n}`, earned: { purchase: { amount: '12.50', currency } }, mayEnroll: true });
const list = async (query = '') => (await auditor.call<ParkedRefundDto[]>('GET', `/parked-refunds${query}`)).body;
const shown = async (query: string) => (await list(query)).data.map(({ reference, age_days }) => [reference, age_days]);

test('refunds that wait for their purchase are listed by age, with what has become of the others', async () => {
  await api.uow.run(ctx, (tx) => get(CreateMember).execute(tx, { reference: 'member-3', profile: {} }));
  for (const [n, day] of [[1, -95], [2, -40], [3, -7], [4, 0]] as const) await park(days(day), refund(n)); // prettier-ignore
  await post(days(-30), purchase(2));
  await api.uow.run(ctx, (tx) => get(RetryParkedRefunds).execute(tx));

  expect(await shown('')).toEqual([['R 4/x', 0], ['R 3/x', 7], ['R 2/x', 10], ['R 1/x', 95]]); // prettier-ignore
  expect(await shown('?state=waiting&ordering=parked_at')).toEqual([['R 3/x', 7], ['R 4/x', 0]]); // prettier-ignore
  const [settled] = (await list('?state=settled')).data;
  expect(settled).toMatchObject({ reference: 'R 2/x', state: 'settled', transaction_id: expect.any(String), code: null });
  expect((await list('?state=given_up')).data).toMatchObject([{ reference: 'R 1/x', code: 'original_not_found', transaction_id: null }]);
  expect((await list('?state=refused')).data).toEqual([]);
  expect(await shown('?original_reference=P-3')).toEqual([['R 3/x', 7]]);
  const one = await auditor.call<ParkedRefundDto>('GET', `/parked-refunds/${encodeURIComponent('R 3/x')}`);
  expect(one.body.data).toEqual({
    reference: 'R 3/x',
    original_reference: 'P-3',
    state: 'waiting',
    member_id: expect.any(String),
    amount: '12.50',
    currency: 'USD',
    occurred_at: null,
    code: null,
    transaction_id: null,
    client_id: ctx.actor.id,
    request_id: 'batch-1',
    parked_at: expect.any(String),
    gives_up_at: expect.any(String),
    settled_at: null,
    age_days: 7,
  });
  expect(await shown(`?member_id=${one.body.data.member_id}`)).toEqual([['R 3/x', 7]]);
  const { gives_up_at, parked_at } = one.body.data;
  expect(Date.parse(gives_up_at) - Date.parse(parked_at)).toBe(90 * 86_400_000);
});

test('the list goes on by cursor, in the order in which it was begun', async () => {
  for (const ordering of ['parked_at', '-parked_at']) {
    const walked: string[] = [];
    for (let cursor = ''; ;) {
      const { data, meta } = (await list(`?page_size=1&ordering=${ordering}${cursor}`)) as Awaited<ReturnType<typeof list>> & {
        meta: { pagination: { next_cursor: string | null } };
      };
      walked.push(...data.map(({ reference }) => reference));
      if (meta.pagination.next_cursor === null) break;
      cursor = `&cursor=${encodeURIComponent(meta.pagination.next_cursor)}`;
    }
    const all = ['R 1/x', 'R 2/x', 'R 3/x', 'R 4/x'];
    expect(walked).toEqual(ordering === 'parked_at' ? all : all.reverse());
  }
});

test('another tenant sees none of them, and who is not signed in nothing at all', async () => {
  const stranger = await api.person(await openTenant(api.uow), 'tenant_admin');
  expect((await stranger.call('GET', '/parked-refunds')).body.data).toEqual([]);
  expect((await stranger.call('GET', `/parked-refunds/${encodeURIComponent('R 3/x')}`)).status).toBe(404);
  expect((await auditor.call('GET', '/parked-refunds?state=lost')).body.code).toBe('validation_error');
  expect((await auditor.call('GET', '/parked-refunds/unheard-of')).status).toBe(404);
  expect((await api.anonymous('GET', '/parked-refunds')).status).toBe(401);
});
