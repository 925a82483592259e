import { Money, requestContext, type TenantContext } from '@tallystick/kernel';
import { Reconcile } from '@tallystick/ledger';
import {
  CashConfigs,
  Funds,
  MergeMembers,
  PostPoints,
  PostPointsBatch,
  RedeemToCash,
  type BatchItem,
  type PointsFact,
  type Program,
  type ProgramTerms,
} from '@tallystick/loyalty';
import { startAdminApi, type AdminApi, type AdminCall } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { earnFact, openProgram, purchaseItem, redeemFact, refundItem } from '../../../../test/support/loyalty.js';

interface Member {
  id: string;
  reference: string;
  attributes: Record<string, unknown>;
  wallets: { balance: number; available: number; pending: number; owed: number }[];
}

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(() => api.close());

const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
const source = { channel: 'test', requestId: 'test' };
const HOUR = 3_600_000;

async function stage(terms: Partial<ProgramTerms> = {}) {
  const ctx = await openTenant(api.uow, { currency: 'USD' });
  const program = await openProgram(api.uow, ctx, terms);
  const admin: AdminCall = (await api.person(ctx, 'tenant_admin')).call;
  const post = (...facts: PointsFact[]) => api.uow.run(ctx, (tx) => get(PostPoints).execute(tx, facts));
  const posted = async (...facts: PointsFact[]) =>
    (await post(...facts)).map((outcome) => {
      if (!('shown' in outcome)) throw outcome.status === 'refused' ? outcome.refusal : new Error('parked');
      return outcome.shown;
    });
  let batches = 0;
  const batch = async (...items: BatchItem[]) => {
    const requestId = `batch-${++batches}`;
    const lines = items.map((item) => ({ item }));
    return (await api.uow.run(ctx, (tx) => get(PostPointsBatch).execute(tx, { requestId, lines, raw: items }))).batch;
  };
  const read = async (id: string): Promise<Member> => (await admin<Member>('GET', `/members/${id}`)).body.data;
  return {
    ctx,
    program,
    admin,
    post,
    posted,
    batch,
    read,
    enroll: async (reference: string, rest: object = {}): Promise<string> =>
      (await admin<Member>('POST', '/members', { reference, ...rest })).body.data.id,
    walletOf: async (id: string) => (await read(id)).wallets[0]!,
    merge: (from: string, into: string) => admin('POST', `/members/${from}/merge`, { into }),
    reverse: (transactionId: string, rest: object = {}): PointsFact => ({ kind: 'reverse', source, transactionId, ...rest }),
    sound: async () => {
      expect((await api.uow.read(ctx, (tx) => get(Reconcile).execute(tx))).differences).toEqual([]);
    },
  };
}

test('what a merged member bought, redeemed and has on the way is taken from and given to who goes on, along a chain', async () => {
  const { enroll, posted, batch, read, walletOf, merge, reverse, sound } = await stage({ return_policy: 'allow_negative' });
  const [a, b, c] = [await enroll('A'), await enroll('B'), await enroll('C')];
  const soon = new Date(Date.now() + 5 * 24 * HOUR);
  const first = new Date(Date.now() + 24 * HOUR);
  const later = { availableAt: new Date(Date.now() + HOUR) };
  const [earned, redeemed] = await posted(earnFact('A', 100, { expiresAt: soon }), redeemFact('A', 40));
  const [pending] = await posted(earnFact('A', 7, later));
  await batch(purchaseItem('p-1', 'A', '30.00'));
  await posted(earnFact('B', 50), earnFact('C', 10, { expiresAt: first }));
  expect(await walletOf(a)).toMatchObject({ balance: 97, available: 90, pending: 7 });
  expect((await merge(a, b)).status).toBe(200);
  expect((await merge(b, c)).status).toBe(200);
  expect([await walletOf(a), await walletOf(b)]).toMatchObject([{ balance: 0, pending: 0 }, { balance: 0 }]);
  expect(await walletOf(c)).toMatchObject({ balance: 157, available: 150, pending: 7 });

  // The lot that the purchase made goes first, wherever it has come to (C3.2): what expires before it stays.
  const [part] = await posted(reverse(earned!.id, { points: 50 }));
  expect(part).toMatchObject({ member_id: c, points: 50, related_transaction_id: earned!.id });
  expect(await lots(c)).toEqual(
    expect.arrayContaining([
      [10, first.getTime()],
      [10, soon.getTime()],
    ]),
  );
  // The redemption gives its points back with their dates, in parts, and no more than it took.
  await posted(reverse(redeemed!.id, { points: 15 }));
  await posted(reverse(redeemed!.id));
  expect(await walletOf(c)).toMatchObject({ available: 140 });
  expect((await lots(c)).filter(([, end]) => end === soon.getTime()).reduce((sum, [left]) => sum + left, 0)).toBe(50);
  const [voided] = await posted({ kind: 'void', source, transactionId: pending!.id });
  expect([voided!.member_id, (await walletOf(c)).pending]).toEqual([c, 0]);
  // By the batch, under the old reference as under the new one; above the purchase it is refused.
  const refunds = await batch(
    refundItem('r-1', 'A', '10.00', 'p-1'),
    refundItem('r-2', 'C', '20.00', 'p-1'),
    refundItem('r-3', 'B', '1.00', 'p-1'),
  );
  expect(refunds).toMatchObject({ accepted: 2, rejected: 1 });
  expect(await walletOf(c)).toMatchObject({ available: 110 });
  // What is not there any more is owed by who goes on (C3.4).
  await posted(redeemFact('C', 110));
  const [rest] = await posted(reverse(earned!.id));
  expect(rest).toMatchObject({ member_id: c, points: 0, owed: 50 });
  expect(await walletOf(c)).toMatchObject({ balance: 0, owed: 50 });
  // A debt moves on with its owner, and is paid by what the other has.
  const d = await enroll('D');
  await posted(earnFact('D', 80));
  expect((await merge(c, d)).status).toBe(200);
  expect(await walletOf(d)).toMatchObject({ balance: 30, owed: 0 });
  expect([(await walletOf(c)).owed, (await read(a)).wallets[0]!.owed]).toEqual([0, 0]);
  await sound();

  async function lots(id: string): Promise<[number, number | undefined][]> {
    const rows = await api.ask<{ remaining: string; expires_at: Date | null }>(
      `select l.remaining, l.expires_at from ledger_lot l join ledger_account o on o.tenant_id = l.tenant_id and o.id = l.account_id
       where o.owner_id = $1 and l.remaining > 0 and l.available_at <= now()`,
      [id],
    );
    return rows.map((row) => [Number(row.remaining), row.expires_at?.getTime()]);
  }
});

test('what two transferred to each other is not given back once they are one; to others it is', async () => {
  const { enroll, posted, post, walletOf, merge, reverse, sound } = await stage();
  const [a, b, c] = [await enroll('A'), await enroll('B'), await enroll('C')];
  const give = (from: string, to: string, points: number): PointsFact => ({
    kind: 'transfer',
    source,
    from: { id: from },
    to: { id: to },
    points,
  });
  await posted(earnFact('A', 30), earnFact('C', 30));
  const [between, away, hither] = await posted(give(a, b, 10), give(a, c, 5), give(c, a, 8));
  await merge(a, b);
  const [refused] = await post(reverse(between!.id));
  expect(refused).toMatchObject({ status: 'refused' });
  await posted(reverse(away!.id), reverse(hither!.id));
  expect([await walletOf(a), await walletOf(b), await walletOf(c)]).toMatchObject([{ balance: 0 }, { balance: 30 }, { balance: 30 }]);
  await sound();
});

test('caps, limits of cycles, counts of purchases and tiers go on', async () => {
  const caps = { per_transaction: null, per_day: '100', per_month: null, per_member: null };
  const { program, admin, enroll, batch, post, posted, walletOf, merge, read, sound } = await stage({
    earn_caps: caps,
    redeem_limits: [{ per: 'day', points: '50', count: null }],
  });
  const tiers = `/rewards/programs/${program.id}/tiers`;
  await admin('POST', tiers, { code: 'gold', name: 'Gold', rank: 1, threshold: '90' });
  const [a, b] = [await enroll('A'), await enroll('B')];
  await batch(purchaseItem('p-1', 'A', '60.00'), purchaseItem('p-2', 'B', '30.00'));
  const [redeemed] = await posted(redeemFact('A', 20), redeemFact('B', 15));
  const tierOf = async (id: string) => (await admin<{ tier: { code: string } | null }>('GET', `/members/${id}/tier`)).body.data.tier?.code;
  expect(await tierOf(b)).toBeUndefined();
  expect((await merge(a, b)).status).toBe(200);
  expect(await tierOf(b)).toBe('gold');
  // 60 and 30 of the day's 100 are used: of 50 more, 10 are earned.
  await batch(purchaseItem('p-3', 'B', '50.00'));
  expect((await walletOf(b)).balance).toBe(60 + 30 - 20 - 15 + 10);
  // 35 of the day's 50 are redeemed, whoever of the two did it; a reversal gives its part back (C2.7).
  expect((await post(redeemFact('A', 16)))[0]).toMatchObject({ refusal: { definition: { code: 'limit_exceeded' } } });
  await posted({ kind: 'reverse', source, transactionId: redeemed!.id });
  await posted(redeemFact('A', 35));
  // The purchase of the one gives its part of the cap back to the other.
  await batch(refundItem('r-1', 'A', '60.00', 'p-1'));
  const counted = await api.ask<{ member_id: string; used: string }>('select member_id, used from earning_counter where tenant_id = $1', [
    program.id && (await tenantOf(b)),
  ]);
  expect(counted.every(({ member_id: id }) => id === b)).toBe(true);
  expect(counted.map(({ used }) => Number(used))).toContain(40);
  expect((await read(a)).wallets[0]!.balance).toBe(0);
  await sound();
});

test('money, users of companies and unique values each come to one end', async () => {
  const { ctx, program, admin, enroll, posted, read, merge, sound } = await stage();
  await admin('POST', '/member-attributes', { code: 'pan', data_type: 'string', unique: true });
  const a = await enroll('A', { attributes: { pan: 'AAAPD1234F', shoe: '9' } });
  const b = await enroll('B', { attributes: { pan: 'BBBPD1234F' } });
  await admin('PUT', `/members/${a}/cash-user-type`, { user_type: 'merchant' });
  await cashTerms(ctx, program);
  await posted(earnFact('A', 100), earnFact('B', 100));
  const pay = (reference: string, points: number) =>
    api.uow.run(ctx, (tx) => get(RedeemToCash).execute(tx, { member: { reference }, points, currency: 'USD', source }));
  const paid = await pay('A', 40);
  await admin('POST', '/coin-companies', { company_id: 'CEK0TCW2W8', name: 'Traders' });
  const user = (await admin<{ id: string }>('POST', '/coin-companies/CEK0TCW2W8/users', { member_id: a })).body.data;
  expect((await merge(a, b)).status).toBe(200);

  // Money is the other's, and is taken back from them; the cycle's limit of 60 points counts both.
  const money = async (id: string) =>
    (
      await api.ask<{ posted: string }>(
        `select a.posted from ledger_account a join ledger_asset s on s.tenant_id = a.tenant_id and s.id = a.asset_id where a.owner_id = $1 and s.kind = 'currency'`,
        [id],
      )
    ).map(({ posted: cents }) => Number(cents));
  expect([await money(a), await money(b)]).toEqual([[0], [400]]);
  await expect(pay('A', 30)).rejects.toMatchObject({ definition: { code: 'limit_exceeded' } });
  await posted({ kind: 'reverse', source, transactionId: paid.transaction.id });
  expect(await money(b)).toEqual([0]);
  await pay('A', 30);
  expect((await admin('GET', `/members/${b}/cash-user-type`)).body.data).toMatchObject({ user_type: 'merchant' });
  const users = await admin<{ id: string; member_id: string }[]>('GET', '/coin-companies/CEK0TCW2W8/users');
  expect(users.body.data).toMatchObject([{ id: user.id, member_id: b }]);
  // Of a unique value the other's is kept, and the one's is free.
  expect((await read(b)).attributes).toEqual({ pan: 'BBBPD1234F', shoe: '9' });
  expect((await admin('POST', '/members', { reference: 'C', attributes: { pan: 'AAAPD1234F' } })).status).toBe(201);
  await sound();
});

test('points that paid for a purchase come back to who goes on; a redemption of before pays for what they buy', async () => {
  const { enroll, posted, merge, walletOf, sound } = await stage();
  const [a, b] = [await enroll('A'), await enroll('B')];
  const purchase = { amount: '10.00', currency: 'USD', paid_with_points: '4.00' };
  const bought = (reference: string, redemption: string): PointsFact =>
    earnFact('A', 0, { reference, earned: { purchase }, paidBy: { reference: redemption } });
  await posted(earnFact('A', 900), redeemFact('A', 400, { reference: 'r-1' }), redeemFact('A', 400, { reference: 'r-2' }));
  const [first] = await posted(bought('p-1', 'r-1'));
  expect((await merge(a, b)).status).toBe(200);
  const [second] = await posted(bought('p-2', 'r-2'));
  expect(second!.member_id).toBe(b);
  for (const { id: transactionId } of [first!, second!]) {
    const [half, rest] = await posted(
      { kind: 'refund_transaction', source, transactionId, refunded: { amount: '5.00', currency: 'USD' } },
      { kind: 'reverse', source, transactionId },
    );
    expect([half!.returned?.points, rest!.returned?.points]).toEqual([200, 200]);
  }
  expect([(await walletOf(a)).balance, (await walletOf(b)).balance]).toEqual([0, 900]);
  await sound();
});

test('two merges of a chain and postings to all three at once lose no point', async () => {
  const { ctx, enroll, posted, walletOf, sound } = await stage();
  const [a, b, c] = [await enroll('A'), await enroll('B'), await enroll('C')];
  await posted(earnFact('A', 1), earnFact('B', 1), earnFact('C', 1));
  const merge = (memberId: string, into: string) => api.uow.run(ctx, (tx) => get(MergeMembers).execute(tx, { memberId, into }));
  const settled = await Promise.allSettled([
    merge(a, b),
    merge(b, c),
    merge(a, b),
    ...['A', 'B', 'C', 'A', 'B', 'C'].map((reference) => posted(earnFact(reference, 2))),
    ...['A', 'B'].map((reference) => posted({ kind: 'transfer', source, from: { reference: 'C' }, to: { reference }, points: 1 })),
  ]);
  const refused = settled.filter(({ status }) => status === 'rejected').map((result) => (result as PromiseRejectedResult).reason as object);
  for (const reason of refused) expect(reason).toHaveProperty('definition');
  // Whichever came first: a merge into somebody who is merged is refused, and so is a transfer to oneself.
  for (const [from, into] of [
    [a, b],
    [a, c],
    [b, c],
  ] as const)
    await merge(from, into).catch(() => undefined);
  expect([(await walletOf(a)).balance, (await walletOf(b)).balance, (await walletOf(c)).balance]).toEqual([0, 0, 15]);
  await sound();
});

test('who is to be erased is not merged', async () => {
  const { admin, enroll, merge } = await stage();
  const [a, b] = [await enroll('A'), await enroll('B')];
  await admin('DELETE', `/members/${b}`);
  for (const [from, into] of [
    [a, b],
    [b, a],
  ] as const)
    expect(Object.keys((await merge(from, into)).body.errors)).toEqual(['erasure']);
});

const tenantOf = async (memberId: string): Promise<string> =>
  (await api.ask<{ tenant_id: string }>('select tenant_id from member where id = $1', [memberId]))[0]!.tenant_id;

/** 10 points are worth 1 USD, 60 points a day, for merchants. */
async function cashTerms(ctx: TenantContext, program: Program): Promise<void> {
  await api.uow.run(requestContext({ ...ctx }), async (tx) => {
    await get(CashConfigs).create(tx, program, {
      userType: 'merchant',
      currency: 'USD',
      points: 10n,
      value: 1_000_000n,
      minPoints: null,
      maxPoints: null,
      cycle: 'day',
      maxPointsPerCycle: 60n,
      maxRedemptionsPerCycle: null,
      automatic: null,
      active: true,
    });
    await get(Funds).deposit(tx, { amount: Money.parse('100.00', 'USD') as Money, reference: 'UTR-1' });
  });
}
