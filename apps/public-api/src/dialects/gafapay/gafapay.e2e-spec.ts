import { CashConfigs, CashUsers, EraseMember } from '@tallystick/loyalty';
import { openIntegrator } from '../../../../../test/support/integrator.js';
import { hex, startGafapay, type GafapayApi, type GafapaySaid, type GafapayUser } from '../../../../../test/support/gafapay.js';

const HEX = expect.stringMatching(/^[0-9a-f]{32}$/);
const REDEEM = 'redeem_user_reward_points';
let gafapay: GafapayApi;
let asha: GafapayUser;
let other: GafapayUser;
let configId: string;
beforeAll(async () => {
  gafapay = await startGafapay();
  // 1.00 points are worth 1.00: as in the vendor's sample.
  configId = (await gafapay.configure({ minPoints: 500n, maxPoints: 20_000n, maxPointsPerCycle: 50_000n })).id;
  await gafapay.deposit('100000.00');
  asha = await gafapay.user('ASHA');
  other = await gafapay.user('OTHER');
});
afterAll(() => gafapay?.api.close());

const redeem = (user: GafapayUser, rest: object = {}, given: { token?: string; headers?: Record<string, string> } = {}) =>
  gafapay.call('POST', REDEEM, { body: gafapay.order(user, rest), token: user.token, ...given });
const codeOf = ({ status, success, error, data }: GafapaySaid) => {
  expect([success, data]).toEqual([0, {}]);
  return [status, error[0]!.code];
};
const query = (user: GafapayUser) => `user_id=${user.userId}&currency_id=${gafapay.currencyId}`;

test("the five calls in the order of the vendor's workflow, field for field", async () => {
  const user = await gafapay.user('WORKFLOW', 0);
  await gafapay.api.call('POST', '/points/earn', { member_id: user.memberId, reference: 'W-1', points: 35.5, narration: 'Welcome' });
  const ask = (path: string) => gafapay.call('GET', path, { token: user.token });
  expect(await ask(`user_points?${query(user)}`)).toEqual({
    status: 200,
    success: 1,
    error: [],
    data: { user_points: { id: HEX, user_id: user.userId, user_type: 2, points: 35.5, currency_id: gafapay.currencyId } },
  });
  expect((await ask(`user_points_detail?${query(user)}&skip=0&limit=10`)).data).toEqual({
    user_points_details: [
      {
        id: HEX,
        user_id: user.userId,
        points: 35.5,
        transaction_id: HEX,
        reward_program_id: hex(gafapay.api.program.id),
        referral_program_id: null,
        description: 'Welcome',
        currency_id: gafapay.currencyId,
        created_date: expect.any(Number),
      },
    ],
  });
  expect((await ask(`points_redeem_config?user_type=2&currency_id=${gafapay.currencyId}`)).data).toEqual({
    points_redeem_configs: [
      {
        id: hex(configId),
        user_type: 2,
        no_of_points: 1,
        redeem_type: 1,
        points_value: 1,
        voucher_details: null,
        min_points_to_redeem: 5,
        max_points_to_redeem: 200,
        redeem_cycle: 3,
        currency_id: gafapay.currencyId,
        is_active: true,
      },
    ],
  });
  expect((await ask(`points_redeem_config?user_type=5&currency_id=${gafapay.currencyId}`)).data).toEqual({ points_redeem_configs: [] });
  const done = await redeem(user, { redeem_points: 25.5 });
  expect(done).toEqual({
    status: 200,
    success: 1,
    error: [],
    data: {
      message: 'REWARD_PROMOTION_REWARD_POINTS_REDEEM_SUCCESS',
      redeem_points_detail: { points: 25.5, amount: 25.5, txn_id: HEX, txn_number: expect.stringMatching(/^\d{8}$/) },
    },
  });
  const { txn_id } = done.data.redeem_points_detail as { txn_id: string };
  expect((await ask(`user_points_redeem?${query(user)}`)).data).toEqual({
    user_points_redeem: [
      {
        id: txn_id,
        user_id: user.userId,
        points: 25.5,
        transaction_id: txn_id,
        amount: 25.5,
        description: 'Reward points redeemed as cashback.',
        currency_id: gafapay.currencyId,
        created_date: expect.any(Number),
      },
    ],
  });
  expect((await ask(`user_points?${query(user)}`)).data).toMatchObject({ user_points: { points: 10 } });
  expect((await ask(`user_points_detail?${query(user)}&skip=1&sorting=asc`)).data).toEqual({ user_points_details: [] });
});

test('a requestid is one redemption of a user, whoever sends it how often (C5.10)', async () => {
  const headers = { requestid: 'b35d332f-131e-44c1-892f-8322e022da74' };
  const first = await redeem(asha, {}, { headers });
  expect(first.success).toBe(1);
  expect(await redeem(asha, {}, { headers })).toEqual(first);
  // The company's own client under the same id, for the same user: the same redemption.
  expect(await redeem(asha, {}, { headers, token: gafapay.api.integrator.token })).toEqual(first);
  expect(codeOf(await redeem(asha, { redeem_points: 11 }, { headers }))).toEqual([200, 'REWARD_PROMOTION_REQUEST_ID_REUSED']);
  const others = await redeem(other, {}, { headers });
  expect(others.success).toBe(1);
  expect(others.data).not.toEqual(first.data);
  const wallet = await gafapay.call('GET', `user_points?${query(asha)}`);
  expect(wallet.data).toMatchObject({ user_points: { points: 990 } });
});

test('a member reaches nothing of another, and nobody another company', async () => {
  const unauthorized = [200, 'UNAUTHORIZED'];
  const wrongly = { token: asha.token };
  for (const path of ['user_points', 'user_points_detail', 'user_points_redeem'])
    expect(codeOf(await gafapay.call('GET', `${path}?${query(other)}`, wrongly))).toEqual(unauthorized);
  expect(codeOf(await redeem(other, {}, wrongly))).toEqual(unauthorized);
  expect(codeOf(await redeem(asha, { wallet_id: other.walletId }))).toEqual([200, 'REWARD_PROMOTION_WALLET_NOT_FOUND']);
  const stranger = await openIntegrator(gafapay.api.app);
  expect(codeOf(await gafapay.call('GET', `user_points?${query(asha)}`, { token: stranger.token }))).toEqual(unauthorized);
  const theirs = { token: stranger.token, headers: { companyid: hex(stranger.ctx.tenantId) } };
  expect(codeOf(await gafapay.call('GET', `user_points?${query(asha)}`, theirs))).toEqual([200, 'REWARD_PROMOTION_USER_NOT_FOUND']);
  // Who claims to act for an admin is still who the token says.
  const admin = { ...(gafapay.order(asha).company_admin_user_info as object), debit_type_id: other.walletId };
  expect((await redeem(asha, { company_admin_user_info: admin })).success).toBe(1);
});

test('who was erased is as good as not there, by their own token and by that of the company, and does not come back (C9.4)', async () => {
  const { api } = gafapay;
  const user = await gafapay.user('ERASED');
  await api.uow.run(api.integrator.ctx, (tx) =>
    api.app.nest.get(EraseMember, { strict: false }).execute(tx, { memberId: user.memberId, forfeitPoints: true }),
  );
  expect(codeOf(await redeem(user))).toEqual([200, 'UNAUTHORIZED']);
  expect(codeOf(await redeem(user, {}, { token: api.integrator.token }))).toEqual([200, 'REWARD_PROMOTION_USER_INACTIVE']);
  const earned = await api.call('POST', '/points/earn', { member_reference: 'ERASED', reference: 'E-again', points: 5 });
  expect([earned.status, earned.body.code]).toEqual([409, 'erased']);
  expect((await api.call('GET', '/members/by-reference/ERASED')).status).toBe(404);
});

test.each<[string, object]>([
  ['REWARD_PROMOTION_BELOW_MIN_POINTS', { redeem_points: 4.99 }],
  ['REWARD_PROMOTION_ABOVE_MAX_POINTS', { redeem_points: 200.01 }],
  ['REWARD_PROMOTION_USER_TYPE_MISMATCH', { user_type: 3 }],
  ['REWARD_PROMOTION_CURRENCY_MISMATCH', { currency_id: '1f1519903ed240578f071aa45cb479f2' }],
  ['REWARD_PROMOTION_WALLET_NOT_FOUND', { wallet_id: '4010122e9d604e798b9a6e961df3e5b4' }],
  ['REWARD_PROMOTION_INVALID_REQUEST', { redeem_points: 10.001 }],
  ['REWARD_PROMOTION_INVALID_REQUEST', { redeem_points: 0 }],
  ['REWARD_PROMOTION_INVALID_REQUEST', { user_type: 4 }],
  ['REWARD_PROMOTION_INVALID_REQUEST', { user_id: 'me' }],
  ['REWARD_PROMOTION_INVALID_REQUEST', { company_admin_user_info: {} }],
  ['REWARD_PROMOTION_INVALID_REQUEST', { tip: 1 }],
])('%s for %j', async (code, rest) => expect(codeOf(await redeem(asha, rest))).toEqual([200, code]));

test('the other codes of a redemption', async () => {
  const { api } = gafapay;
  const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
  const company = { token: api.integrator.token };
  const broke = await gafapay.user('BROKE', 7);
  expect(codeOf(await redeem(broke))).toEqual([200, 'REWARD_PROMOTION_INSUFFICIENT_REWARD_POINTS']);
  const pointsWallet = hex((await api.call<{ id: string }[]>('GET', `/wallets?member_id=${broke.memberId}`)).body.data[0]!.id);
  expect(codeOf(await redeem(broke, { wallet_id: pointsWallet }))).toEqual([200, 'REWARD_PROMOTION_CURRENCY_MISMATCH']);
  const nobody = { ...asha, userId: 'fb8f09210e0f46b7b4262d77f5b6c273' };
  expect(codeOf(await redeem(nobody, {}, company))).toEqual([200, 'REWARD_PROMOTION_USER_NOT_FOUND']);
  expect(codeOf(await redeem(asha, {}, { headers: { companyid: '' } }))).toEqual([200, 'UNAUTHORIZED']);
  expect(codeOf(await redeem(asha, {}, { headers: { requestid: '' } }))).toEqual([200, 'REWARD_PROMOTION_INVALID_REQUEST']);
  expect(codeOf(await redeem(asha, {}, { token: 'x.y.z' }))).toEqual([200, 'UNAUTHORIZED']);

  const rich = await gafapay.user('RICH');
  for (const points of [200, 200, 99]) expect((await redeem(rich, { redeem_points: points })).success).toBe(1);
  expect(codeOf(await redeem(rich))).toEqual([200, 'REWARD_PROMOTION_REDEEM_CYCLE_LIMIT']);
  const merchant = await gafapay.user('MERCHANT');
  await api.uow.run(api.integrator.ctx, (tx) => get(CashUsers).set(tx, merchant.memberId, 'merchant'));
  expect(codeOf(await redeem(merchant, { user_type: 3 }))).toEqual([200, 'REWARD_PROMOTION_REDEEM_CONFIG_NOT_FOUND']);
  // 1.00 points of a merchant are worth 1,000.00: more than the funds have.
  await gafapay.configure({ userType: 'merchant', value: 1_000_000_000n });
  const short = await redeem(merchant, { user_type: 3, redeem_points: 900 });
  expect(short.error).toEqual([{ code: 'REWARD_PROMOTION_TEMPORARILY_UNAVAILABLE', message: 'Redemption is temporarily unavailable' }]);
  const change = (active: boolean) =>
    api.uow.run(api.integrator.ctx, (tx) => get(CashConfigs).update(tx, api.program.id, configId, (known) => ({ ...known, active })));
  await change(false);
  expect(codeOf(await redeem(asha))).toEqual([200, 'REWARD_PROMOTION_REDEEM_CONFIG_INACTIVE']);
  await change(true);
  await api.call('PATCH', `/members/${broke.memberId}`, { status: 'suspended' });
  expect(codeOf(await redeem(broke, {}, company))).toEqual([200, 'REWARD_PROMOTION_USER_INACTIVE']);
});

test("the program's own limits are shown with the terms, and refused by the same codes", async () => {
  const { api } = gafapay;
  const user = await gafapay.user('LIMITED');
  const terms = (changes: object) =>
    api.uow.run(api.integrator.ctx, (tx) =>
      tx.query('update program set terms = terms || $2::jsonb where tenant_id = $1', [tx.ctx.tenantId, JSON.stringify(changes)]),
    );
  // For a code there is no field here: so many points are too many, for the user's own token alone.
  await terms({ otp_threshold: '100' });
  expect(codeOf(await redeem(user, { redeem_points: 100 }))).toEqual([200, 'REWARD_PROMOTION_ABOVE_MAX_POINTS']);
  await terms({ otp_threshold: null, min_redeem: '20', max_redeem: '150', redeem_limits: [{ per: 'day', points: null, count: 1 }] });
  const { data } = await gafapay.call('GET', `points_redeem_config?user_type=2&currency_id=${gafapay.currencyId}`);
  expect(data).toMatchObject({ points_redeem_configs: [{ min_points_to_redeem: 20, max_points_to_redeem: 150 }] });
  expect(codeOf(await redeem(user, { redeem_points: 19.99 }))).toEqual([200, 'REWARD_PROMOTION_BELOW_MIN_POINTS']);
  expect(codeOf(await redeem(user, { redeem_points: 150.01 }))).toEqual([200, 'REWARD_PROMOTION_ABOVE_MAX_POINTS']);
  expect((await redeem(user, { redeem_points: 20 })).success).toBe(1);
  expect(codeOf(await redeem(user, { redeem_points: 20 }))).toEqual([200, 'REWARD_PROMOTION_REDEEM_CYCLE_LIMIT']);
  await terms({ min_redeem: null, max_redeem: null, redeem_limits: [] });
});

test('three calls at once are one redemption; a fault of ours has a code of its own', async () => {
  const user = await gafapay.user('AT-ONCE');
  const headers = { requestid: 'at-once' };
  const answers = await Promise.all([1, 2, 3].map(() => redeem(user, {}, { headers })));
  const done = answers.filter(({ success }) => success === 1);
  expect(new Set(done.map((answer) => JSON.stringify(answer.data))).size).toBe(1);
  for (const answer of answers.filter(({ success }) => success === 0))
    expect(codeOf(answer)).toEqual([200, 'REWARD_PROMOTION_REQUEST_IN_PROGRESS']);
  expect((await gafapay.call('GET', `user_points?${query(user)}`)).data).toMatchObject({ user_points: { points: 990 } });
  const looked = jest.spyOn(gafapay.api.app.nest.get(CashUsers, { strict: false }), 'typeOf').mockRejectedValueOnce(new Error('a bug'));
  expect(codeOf(await gafapay.call('GET', `user_points?${query(user)}`))).toEqual([500, 'INTERNAL_ERROR']);
  looked.mockRestore();
});

test.each<[string, string, string, object | undefined, number, string]>([
  ['an unknown path', 'GET', 'nothing', undefined, 404, 'NOT_FOUND'],
  ['a wrong method', 'POST', 'user_points', {}, 405, 'METHOD_NOT_ALLOWED'],
  ['too much', 'POST', REDEEM, { redeem_points: 'x'.repeat(300_000) }, 413, 'REQUEST_TOO_LARGE'],
])('what HTTP is about keeps its status: %s', async (_, method, path, body, status, code) =>
  expect(codeOf(await gafapay.call(method, path, { body }))).toEqual([status, code]),
);

test('another type of content is refused', async () => {
  const answer = await gafapay.call('POST', REDEEM, { body: {}, headers: { 'content-type': 'text/xml' } });
  expect(codeOf(answer)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
});
