import { Money, requestContext, type TenantContext } from '@tallystick/kernel';
import { CashConfigs, Funds, OverrideTier, SaveTier, type PointsFact, type PointsTransaction } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { cardItem, cardRefund } from '../../../../test/support/cashback.js';
import { conciliationFixture } from '../../../../test/support/conciliation.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openPerson, openTenant } from '../../../../test/support/identity.js';
import { earnFact, loyaltyRoom, openProgram, redeemFact } from '../../../../test/support/loyalty.js';
import { tamper } from '../../../../test/support/tamper.js';
import { AdminApiModule } from '../admin-api.module.js';

interface Said {
  status: number;
  body: { code: string; data: { now: string; status: string; offset_ms: number; target: null }; errors: Record<string, unknown> };
}

const DAY = 86_400_000;
let database: TestDatabase;
let app: TestApp;
let uow: UnitOfWork;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => AdminApiModule.forRoot(ground), { app: 'admin-api', databaseUrl: database.appUrl });
  uow = app.nest.get(UnitOfWork, { strict: false });
});
afterAll(async () => {
  await app?.close();
  await database?.close();
});

async function openAdmin(mode: 'live' | 'sandbox', role: 'tenant_admin' | 'auditor' = 'tenant_admin', of?: TenantContext) {
  const ctx = of ?? (await openTenant(uow, { currency: 'USD', mode }));
  const { email: username, password } = await openPerson(uow, ctx, role);
  const signedIn = await app.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload: { username, password } });
  const { access_token } = signedIn.json<{ data: { access_token: string } }>().data;
  const call = async (method: 'GET' | 'POST', path: string, payload?: object, headers: object = {}): Promise<Said> => {
    const url = `/api/v1/sandbox/clock${path}`;
    const answer = await app.nest.inject({ method, url, headers: { authorization: `Bearer ${access_token}`, ...headers }, payload });
    return { status: answer.statusCode, body: answer.json() };
  };
  return { ctx, call };
}

test('a clock that is set forward leaves what the days in between would have left: points active, expired, owed and paid', async () => {
  const { ctx, call } = await openAdmin('sandbox');
  await openProgram(uow, ctx, { expiry_policy: { type: 'rolling', days: 10 }, return_policy: 'allow_negative' });
  const room = loyaltyRoom();
  const source = { channel: 'test', requestId: 'r' };
  const outcomes = await uow.run(ctx, (tx) =>
    room.postPoints.execute(tx, [
      earnFact('ann', 100),
      earnFact('ann', 40, { availableAt: new Date(Date.now() + 20 * DAY) }),
      { kind: 'hold', source, member: { reference: 'ann' }, points: 30, expiresIn: 5 * 86_400 },
      earnFact('bo', 50),
      redeemFact('bo', 50),
      earnFact('cy', 0, { earned: { purchase: { amount: '0.00', currency: 'USD' } } }),
      earnFact('bo', 70, { availableAt: new Date(Date.now() + DAY), expiresAt: new Date(Date.now() + 4 * DAY) }),
    ]),
  );
  const bought = outcomes[3] as { shown: { id: string } };
  await uow.run(ctx, (tx) => room.postPoints.execute(tx, [{ kind: 'refund_transaction', source, transactionId: bought.shown.id }]));

  await uow.run(ctx, (tx) =>
    tx.query('insert into segment (tenant_id, id, code, name, definition) values ($1, gen_random_uuid(), $2, $2, $3)', [
      ctx.tenantId,
      'gone-quiet',
      JSON.stringify({ field: 'days_since_last_purchase', op: 'gte', value: 3 }),
    ]),
  );

  const before = (await call('GET', '')).body.data;
  expect(before).toMatchObject({ status: 'set', offset_ms: 0, target: null });
  const key = { 'idempotency-key': 'a-month-later' };
  const { status, body } = await call('POST', '/advance', { days: 31 }, key);
  expect([status, body.data.status, body.data.target]).toEqual([200, 'set', null]);
  expect(body.data.offset_ms).toBeGreaterThanOrEqual(31 * DAY - 60_000);
  expect((await call('POST', '/advance', { days: 31 }, key)).body.data.target).toEqual(expect.any(String));
  expect((await call('GET', '')).body.data.offset_ms).toBe(body.data.offset_ms);

  const posted = await uow.read(ctx, (tx) =>
    tx.query<{ kind: string; amount: string; day: number }>(
      `select kind, amount, round(extract(epoch from effective_at - clock_timestamp()) / 86400) as day from ledger_transaction
       where tenant_id = $1 and kind in ('expire', 'release', 'settle') order by number`,
      [ctx.tenantId],
    ),
  );
  expect(posted.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
    'settle -50',
    'expire -20',
    'release -30',
    'expire -100',
    'expire -40',
  ]);
  expect(posted.map(({ day }) => Number(day)).slice(1, 3)).toEqual([4, 5]);
  const quiet = await uow.read(ctx, (tx) =>
    tx.query<{ reference: string; days: number }>(
      `select m.reference, floor(extract(epoch from i.since - clock_timestamp()) / 86400) as days
       from segment_member i join member m on m.tenant_id = $1 and m.id = i.member_id where i.tenant_id = $1`,
      [ctx.tenantId],
    ),
  );
  expect(quiet).toEqual([{ reference: 'cy', days: expect.stringMatching(/^[12]$/) }]);
  const reconciled = await uow.read(ctx, (tx) =>
    tx.query('select posted from ledger_account where tenant_id = $1 and purpose = $2', [ctx.tenantId, 'debt']),
  );
  expect(reconciled).toEqual([{ posted: '0' }]);

  const now = new Date(body.data.now).getTime();
  const to = new Date(now + 3_600_000).toISOString();
  expect((await call('POST', '/advance', { to })).body.data.now >= to).toBe(true);
  expect((await call('POST', '/advance', { to: new Date(now).toISOString() })).body).toMatchObject({
    code: 'validation_error',
    errors: { to: [expect.any(String)] },
  });
});

test('the steps of a day in their order: what becomes available, debts, automatic redemptions, tiers, expiry (C1.7)', async () => {
  const { ctx: today, call } = await openAdmin('sandbox');
  // From noon on, so that no day ends by itself meanwhile.
  const noon = DateTime.now().setZone('Asia/Kolkata').plus({ days: 1 }).set({ hour: 12 });
  const { offset_ms: clockOffsetMs } = (await call('POST', '/advance', { to: noon.toUTC().toISO() })).body.data;
  const ctx = requestContext({ ...today, clockOffsetMs });
  const program = await openProgram(uow, ctx, { activation_days: 2, return_policy: 'allow_negative' });
  const get = <T>(token: abstract new (...args: never[]) => T): T => app.nest.get(token as never, { strict: false });
  const room = loyaltyRoom();
  const source = { channel: 'test', requestId: 'r' };
  const begins = (days: number) => noon.startOf('day').plus({ days }).toJSDate();
  const post = (...facts: PointsFact[]) => uow.run(ctx, (tx) => room.postPoints.execute(tx, facts));
  const [earned] = await post(earnFact('ann', 50), redeemFact('ann', 50), earnFact('bo', 30, { expiresAt: begins(2) }));
  const { id: transactionId, member_id: ann } = (earned as { shown: PointsTransaction }).shown;
  await post(
    { kind: 'refund_transaction', source, transactionId },
    earnFact('ann', 0, { earned: { purchase: { amount: '200.00', currency: 'USD' } } }),
  );
  await uow.run(ctx, async (tx) => {
    for (const [rank, code] of ['low', 'high'].entries())
      await get(SaveTier).create(tx, program.id, { code, name: code, rank, threshold: String(rank * 1_000), earnMultiplier: '1' });
    const until = begins(1).toLocaleDateString('en-CA', { timeZone: 'Asia/Kolkata' });
    await get(OverrideTier).give(tx, program.id, ann, { tier: 'high', until, reason: 'A promise' });
    await get(Funds).deposit(tx, { amount: Money.of(1_000_000n, 'USD'), reference: 'UTR-1' });
    const none = { minPoints: null, maxPoints: null, maxPointsPerCycle: null, maxRedemptionsPerCycle: null };
    const terms = { ...none, userType: 'customer', currency: 'USD', points: 1n, value: 1_000_000n, cycle: 'day', active: true } as const;
    await get(CashConfigs).create(tx, program, { ...terms, automatic: { at: 100n, step: 100n } });
  });
  const before = (await uow.read(ctx, (tx) => tx.query('select from event where tenant_id = $1', [ctx.tenantId]))).length;
  expect((await call('POST', '/advance', { days: 3 })).body.data).toMatchObject({ status: 'set' });
  const told = await uow.read(ctx, (tx) =>
    tx.query<{ name: string; points: number | null; member: string }>(
      `select name, (data->>'points')::int as points, data->>'member_id' as member
       from event where tenant_id = $1 order by id offset $2`,
      [ctx.tenantId, before],
    ),
  );
  const days = told.filter(({ name, member }) => member === ann || name !== 'member.tier_changed');
  expect(days.map(({ name, points }) => `${name} ${points ?? ''}`.trim())).toEqual([
    'points.debt_settled 50',
    'points.redeemed 100',
    'member.tier_changed',
    'points.expired 30',
  ]);
});

test('windows of cashback that end meanwhile close on their days, in order, as if the time had passed', async () => {
  const bank = await conciliationFixture(uow);
  await bank.shop('shop');
  await tamper(database.ownerUrl, `update tenant set mode = 'sandbox' where id = $1`, [bank.ctx.tenantId]);
  const settled_at = new Date().toISOString();
  await bank.cards(cardItem('p1', 'ana', { settled_at }), cardItem('p2', 'ana', { settled_at, merchant: { merchant_id: 'nobody' } }));
  await bank.batch([cardRefund('r1', 'ana', 'never-told', '5.00', { settled_at })]);
  // It has waited for its purchase for 80 days, and is given up on the 91st.
  await tamper(
    database.ownerUrl,
    `update card_transaction set recorded_at = now() - interval '80 days' where tenant_id = $1 and reference = 'r1'`,
    [bank.ctx.tenantId],
  );
  const { call } = await openAdmin('sandbox', 'tenant_admin', bank.ctx);
  expect((await call('POST', '/advance', { days: 15 })).body.data).toMatchObject({ status: 'set' });
  const windows = await bank.rows<{ number: number; lines: number | null; state: string; late: boolean | null }>(
    `select number, lines, state, closed_at - ends_at > interval '12 hours' as late from conciliation_window where tenant_id = $1 order by number`,
  );
  expect(windows.slice(0, 3)).toEqual([
    { number: 1, lines: 1, state: 'closed', late: false },
    { number: 2, lines: 0, state: 'dispersed', late: false },
    expect.anything(),
  ]);
  expect(windows.at(-1)).toMatchObject({ state: 'open' });
  expect(await bank.verified()).toMatchObject({ windows: windows.length - 1, problem: null });
  expect(await bank.rows(`select verdict from card_transaction where tenant_id = $1 and reference = 'r1'`)).toEqual([
    { verdict: 'rejected' },
  ]);
});

test('only a sandbox has a clock, only forward, and only who may write moves it', async () => {
  const live = await openAdmin('live');
  expect((await live.call('GET', '')).body.code).toBe('not_a_sandbox');
  expect(await live.call('POST', '/advance', { days: 1 })).toMatchObject({ status: 409, body: { code: 'not_a_sandbox' } });
  const { ctx, call } = await openAdmin('sandbox');
  for (const body of [
    {},
    { days: 0 },
    { days: 1, to: new Date(Date.now() + DAY).toISOString() },
    { days: -1 },
    { days: 3_661 },
    { days: 3_660, hours: 1 },
  ])
    expect([body, (await call('POST', '/advance', body)).body.code]).toEqual([body, 'validation_error']);
  await uow.run(ctx, (tx) =>
    tx.query(`insert into sandbox_clock (tenant_id, target) values ($1, now() + interval '9 days')`, [ctx.tenantId]),
  );
  expect(await call('POST', '/advance', { days: 1 })).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
  expect((await call('GET', '')).body.data).toMatchObject({ status: 'advancing', offset_ms: 0, target: expect.any(String) });
  const auditor = await openAdmin('sandbox', 'auditor');
  expect((await auditor.call('GET', '')).status).toBe(200);
  expect((await auditor.call('POST', '/advance', { days: 1 })).status).toBe(403);
});
