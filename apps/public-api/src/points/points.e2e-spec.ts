import { openIntegrator, type Integrator } from '../../../../test/support/integrator.js';
import { openProgram } from '../../../../test/support/loyalty.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

interface Transaction {
  id: string;
  points: number;
  balance_after: number;
  status: string;
  type: string;
  member_id: string;
}

let api: PublicApi;
let stranger: Integrator;

beforeAll(async () => {
  api = await startPublicApi({ min_redeem: '5', max_redeem: '1000' });
  stranger = await openIntegrator(api.app, { tenant: { currency: 'USD' } });
  await openProgram(api.uow, stranger.ctx);
});
afterAll(() => api.close());

let count = 0;
const enroll = async (points = 0): Promise<string> => {
  const reference = `CUST-${++count}`;
  await api.call('POST', '/members', { reference });
  if (points > 0) await api.call('POST', '/points/earn', { member_reference: reference, reference: `seed-${reference}`, points });
  return reference;
};
const points = <Data = Transaction>(path: string, body: object, headers?: Record<string, string>) =>
  api.call<Data>('POST', `/points/${path}`, body, headers);

describe('earning', () => {
  test('a purchase earns by the program, stated points are given as they are', async () => {
    const member_reference = await enroll();
    expect(
      (await points('earn', { member_reference, reference: 'e-1', amount: '120.99', currency: 'USD', merchant: { mcc: '5942' } })).body,
    ).toMatchObject({
      code: 'created',
      data: { type: 'earn', status: 'completed', points: 120, balance_after: 120, reference: 'e-1' },
    });
    expect((await points('earn', { member_reference, reference: 'e-2', points: '30', metadata: { a: [1] } })).body.data).toMatchObject({
      points: 30,
      metadata: { a: [1] },
    });
  });

  test('the same reference answers the first result; other content is 422', async () => {
    const member_reference = await enroll();
    const body = { member_reference, reference: 'e-3', points: 7 };
    const first = await points('earn', body);
    const again = await points('earn', body);
    expect(again.status).toBe(201);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body.data).toEqual(first.body.data);
    expect((await points('earn', { ...body, points: 8 })).body).toMatchObject({ code: 'idempotency_key_reused' });
  });

  test('a purchase names the redemption that paid for part of it, and its refund gives the points back', async () => {
    const member_reference = await enroll(500);
    const redeemed = (await points('redeem', { member_reference, points: 400, reference: 'paid-1' })).body.data;
    const body = {
      member_reference,
      reference: 'e-paid',
      amount: '10.00',
      currency: 'USD',
      paid_with_points: '4.00',
      redemption_reference: 'paid-1',
    };
    const bought = await points('earn', body);
    expect(bought.body.data).toMatchObject({ points: 6, redemption_id: redeemed.id });
    expect((await points('earn', { ...body, reference: 'e-paid-2' })).body).toMatchObject({
      code: 'invalid_state',
      errors: { redemption_id: ['This redemption paid for another purchase.'] },
    });
    expect((await points('earn', { ...body, redemption_id: redeemed.id })).status).toBe(400);
    expect((await points('earn', { ...body, reference: 'e-paid-2', redemption_reference: 'unknown' })).status).toBe(404);
    const refund = { id: 'r-paid', type: 'refund', member_reference, amount: '5.00', currency: 'USD', original_id: 'e-paid' };
    const batch = await points<{ items: { transaction_id: string; points: number }[] }>('batches', {
      request_id: 'paid',
      transactions: [refund, { ...refund, id: 'r-paid-2', redemption_id: redeemed.id }],
    });
    expect(batch.body.data.items).toMatchObject([{ points: -3 }, { status: 'rejected', code: 'validation_error' }]);
    const explained = await api.call('GET', `/transactions/${batch.body.data.items[0]!.transaction_id}/explain`);
    expect(explained.body.data).toMatchObject({
      transaction: { type: 'refund', amount: '5.00', returned: { points: 200 } },
      returned: { transaction: { type: 'refund', points: 200, related_transaction_id: redeemed.id }, allocations: [{ points: 200 }] },
    });
    expect((await points('reverse', { transaction_id: bought.body.data.id })).body.data).toMatchObject({
      returned: { points: 200 },
      balance_after: 500,
    });
  });

  test.each([
    [{ reference: 'x', points: 1 }, 'member_id'],
    [{ member_reference: 'CUST-1', member_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01', reference: 'x', points: 1 }, 'member_id'],
    [{ member_reference: 'CUST-1', reference: 'x' }, 'points'],
    [{ member_reference: 'CUST-1', reference: 'x', points: 1, amount: '1' }, 'amount'],
    [{ member_reference: 'CUST-1', reference: 'x', points: 0.5 }, 'points'],
    [{ member_reference: 'CUST-1', reference: 'x', points: 0 }, 'points'],
    [{ member_reference: 'CUST-1', reference: 'x', points: -1 }, 'points'],
    [{ member_reference: 'CUST-1', reference: 'x', points: '1e3' }, 'points'],
    [{ member_reference: 'CUST-1', reference: 'x', points: 1_000_000_000_001 }, 'points'],
    [{ member_reference: 'CUST-1', reference: 'x', amount: '1.005', currency: 'USD' }, 'amount'],
    [{ member_reference: 'CUST-1', reference: 'x', amount: '1', currency: 'EUR' }, 'currency'],
    [{ member_reference: 'CUST-1', reference: 'x', points: 1, expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ member_reference: 'CUST-1', reference: 'x', points: 1, tenant_id: 'other' }, 'tenant_id'],
  ])('%j is refused naming %s (ERR-02, LST-04, AZN-03)', async (body, field) => {
    const {
      status,
      body: { code, errors },
    } = await points('earn', body);
    expect([status, code, Object.keys(errors)]).toEqual([400, 'validation_error', [field]]);
  });

  test('an unknown member, also one of another tenant, is not found (TEN-07)', async () => {
    await enroll();
    expect((await points('earn', { member_reference: 'NOBODY', reference: 'x', points: 1 })).status).toBe(404);
    const member = await api.call<{ id: string }>('GET', '/members/by-reference/CUST-1');
    const theirs = await api.as(stranger)('POST', '/points/earn', { member_id: member.body.data.id, reference: 'x', points: 1 });
    expect([theirs.status, theirs.body.code]).toEqual([404, 'not_found']);
  });

  test('pending points show as pending and cannot be redeemed', async () => {
    const member_reference = await enroll();
    const available_at = new Date(Date.now() + 86_400_000).toISOString();
    const earned = await points('earn', { member_reference, reference: 'e-9', points: 50, available_at });
    expect(earned.body.data.status).toBe('pending');
    expect((await points('redeem', { member_reference, points: 10 })).body).toMatchObject({
      code: 'insufficient_balance',
      errors: { available: 0 },
    });
  });
});

describe('redeeming', () => {
  test('takes points once, refuses more than there are and outside the limits', async () => {
    const member_reference = await enroll(100);
    expect(
      (await points('redeem', { member_reference, points: 80, reference: 'r-1', merchant_name: 'Corner Books' })).body.data,
    ).toMatchObject({ points: 80, balance_after: 20 });
    const short = await points('redeem', { member_reference, points: 80, reference: 'r-2' });
    expect([short.status, short.body.code, short.body.errors]).toEqual([409, 'insufficient_balance', { available: 20 }]);
    expect((await points('redeem', { member_reference, points: 4 })).body).toMatchObject({ code: 'limit_exceeded' });
    expect((await points('redeem', { member_reference, points: 1001 })).body).toMatchObject({ code: 'limit_exceeded' });
  });

  test('64 at once of 80 from 100: one succeeds', async () => {
    const member_reference = await enroll(100);
    const answers = await Promise.all(Array.from({ length: 64 }, () => points('redeem', { member_reference, points: 80 })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array<number>(63).fill(409)]);
  });
});

describe('three times at once', () => {
  test('under one reference, or one Idempotency-Key: the result of once (C11.4)', async () => {
    const member_reference = await enroll(100);
    const send = (path: string, body: object, key?: string) =>
      Promise.all([1, 2, 3].map(() => points(path, body, key === undefined ? {} : { 'idempotency-key': key })));
    const balanceOf = async () => {
      const { data } = (await api.call<{ id: string }>('GET', `/members/by-reference/${member_reference}`)).body;
      return (await api.call<{ posted: number; held: number }>('GET', `/members/${data.id}/balance`)).body.data;
    };
    const earned = await send('earn', { member_reference, reference: 't-1', amount: '50.00', currency: 'USD' });
    const spent = await send('redeem', { member_reference, reference: 't-2', points: 40 });
    for (const answers of [earned, spent]) {
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
      expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(2);
    }
    const back = await send('reverse', { transaction_id: spent[0]!.body.data.id, points: 15, cause: 'supplier_failure' }, 't-3');
    const held = await send('holds', { member_reference, points: 30 }, 't-4');
    for (const answers of [back, held]) {
      const done = answers.filter(({ status }) => status === 201);
      expect(new Set(done.map(({ body }) => body.data.id)).size).toBe(1);
      expect(answers.every(({ status, headers }) => status === 201 || (status === 409 && headers['retry-after']))).toBe(true);
    }
    expect(await balanceOf()).toMatchObject({ posted: 125, held: 30 });
    const { id } = held.find(({ status }) => status === 201)!.body.data;
    expect((await points(`holds/${id}/release`, { cause: 'nobody' })).body.errors).toHaveProperty('cause');
    const released = await send(`holds/${id}/release`, { cause: 'rejected' });
    expect(released.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await balanceOf()).toMatchObject({ posted: 125, held: 0 });
  });
});

describe('the Idempotency-Key', () => {
  test('replays byte for byte, also a refusal; other content is 422 (IDM-01, IDM-03, IDM-07)', async () => {
    const member_reference = await enroll(100);
    const body = { member_reference, points: 60 };
    const first = await points('redeem', body, { 'idempotency-key': 'k-1' });
    const again = await points('redeem', { points: 60, member_reference }, { 'idempotency-key': '"k-1"' });
    expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([201, first.text, 'true']);
    const refused = await points('redeem', body, { 'idempotency-key': 'k-2' });
    await points('earn', { member_reference, reference: 'top-up', points: 500 });
    const refusedAgain = await points('redeem', body, { 'idempotency-key': 'k-2' });
    expect([refusedAgain.status, refusedAgain.text]).toEqual([409, refused.text]);
    expect((await points('redeem', { ...body, points: 61 }, { 'idempotency-key': 'k-1' })).body.code).toBe('idempotency_key_reused');
    expect((await points('redeem', { member_reference, points: 0 }, { 'idempotency-key': 'k-3' })).status).toBe(400);
    expect((await points('redeem', body, { 'idempotency-key': 'k-3' })).status).toBe(201);
  });

  test('20 at once under one key: one effect (IDM-04)', async () => {
    const member_reference = await enroll(100);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => points('redeem', { member_reference, points: 5 }, { 'idempotency-key': 'k-20' })),
    );
    const done = answers.filter((answer) => answer.status === 201);
    expect(new Set(done.map((answer) => answer.body.data.id)).size).toBe(1);
    expect(
      answers.filter((answer) => answer.status !== 201).every((answer) => answer.status === 409 && answer.headers['retry-after']),
    ).toBe(true);
    expect((await points('redeem', { member_reference, points: 95 })).status).toBe(201);
  });

  test("another tenant's key of the same name is another key (IDM-06)", async () => {
    const theirs = await api.as(stranger)('POST', '/members', { reference: 'S-1' }, { 'idempotency-key': 'k-1' });
    expect(theirs.status).toBe(201);
  });
});

describe('reversing', () => {
  test('once, with the id of the reversal on a repeat; partly, up to what is left', async () => {
    const member_reference = await enroll(100);
    const spent = await points('redeem', { member_reference, points: 80 });
    const transaction_id = spent.body.data.id;
    expect((await points('reverse', { transaction_id, points: 30, reason: 'one item returned' })).body.data).toMatchObject({
      type: 'reverse',
      points: 30,
      balance_after: 50,
    });
    expect((await points('reverse', { transaction_id, points: 51 })).body.code).toBe('limit_exceeded');
    const rest = await points('reverse', { transaction_id });
    expect(rest.body.data).toMatchObject({ points: 50, balance_after: 100 });
    const again = await points('reverse', { transaction_id });
    expect([again.status, again.body.code, again.body.errors]).toEqual([409, 'already_reversed', { reversal_id: rest.body.data.id }]);
    expect((await points('reverse', { transaction_id: rest.body.data.id })).body.code).toBe('invalid_state');
  });

  test('not of another tenant (AZN-01)', async () => {
    const member_reference = await enroll(100);
    const spent = await points('redeem', { member_reference, points: 80 });
    expect((await api.as(stranger)('POST', '/points/reverse', { transaction_id: spent.body.data.id })).status).toBe(404);
  });
});

describe('holding', () => {
  interface Hold {
    id: string;
    status: string;
    captured: number;
    released: number;
  }

  test('sets points aside until they are captured in parts, or released', async () => {
    const member_reference = await enroll(100);
    const hold = await points<Hold>('holds', { member_reference, points: 60, reference: 'h-1', expires_in: 900 });
    expect(hold.body.data).toMatchObject({ status: 'held', captured: 0, released: 0 });
    expect((await points('redeem', { member_reference, points: 50 })).body.errors).toEqual({ available: 40 });
    const path = `holds/${hold.body.data.id}`;
    expect((await points(`${path}/capture`, { points: 20, keep_open: true })).body.data).toMatchObject({
      type: 'capture',
      points: 20,
      hold: { status: 'held', captured: 20 },
    });
    expect((await points(`${path}/capture`, { points: 41 })).body.code).toBe('limit_exceeded');
    expect((await points(`${path}/release`, { reason: 'rest not needed' })).body.data).toMatchObject({
      type: 'release',
      hold: { status: 'released', captured: 20, released: 40 },
    });
    const again = await points(`${path}/capture`, {});
    expect([again.status, again.body.code]).toEqual([409, 'invalid_state']);
    expect((await points(`${path}/release`, {})).status).toBe(409);
    expect((await points('redeem', { member_reference, points: 80 })).status).toBe(201);
  });

  test('not more than is available; unknown holds are not found', async () => {
    const member_reference = await enroll(10);
    expect((await points('holds', { member_reference, points: 11 })).body.code).toBe('insufficient_balance');
    expect((await points('holds/0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01/release', {})).status).toBe(404);
    expect((await points('holds/not-a-uuid/capture', {})).status).toBeGreaterThanOrEqual(400);
  });
});

describe('transferring', () => {
  test('moves points between members, crossing ones without a deadlock (LED-05)', async () => {
    const [a, b] = [await enroll(600), await enroll(600)];
    const move = (from: string, to: string) =>
      points('transfer', { from: { member_reference: from }, to: { member_reference: to }, points: 10 });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 ? move(a, b) : move(b, a))));
    expect(answers.every((answer) => answer.status === 201)).toBe(true);
    expect((await points('transfer', { from: { member_reference: a }, to: { member_reference: a }, points: 1 })).status).toBe(400);
    expect((await points('transfer', { from: { member_reference: a }, to: { member_reference: b }, points: 601 })).body.code).toBe(
      'insufficient_balance',
    );
  });
});

test('a suspended member neither earns nor redeems', async () => {
  const member_reference = await enroll(50);
  const member = await api.call<{ id: string }>('GET', `/members/by-reference/${member_reference}`);
  await api.call('PATCH', `/members/${member.body.data.id}`, { status: 'suspended' });
  expect((await points('earn', { member_reference, reference: 'no', points: 1 })).body.code).toBe('invalid_state');
  expect((await points('redeem', { member_reference, points: 10 })).body.code).toBe('invalid_state');
});
