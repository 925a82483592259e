import { randomUUID } from 'node:crypto';
import { EraseMember, FindWallets, PostQueuedLines } from '@tallystick/loyalty';
import { startLoyalife, type LoyalifeApi, type LoyalifeCall } from '../../../../../test/support/loyalife.js';

/** The two families of addresses. */
const FAMILIES = [
  ['the short paths', { pg: '/v1', transaction: '/v1' }],
  ['the paths of the vendor', { pg: '/lbms-ingress/pg-lm/API/PG', transaction: '/lbms-ingress/transaction-lm/API/Transaction' }],
] as const;
const GUID = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/;
const OK = { IsSucessful: true, ErrorCode: '000', ExceptionMessage: 'Success', Count: 0 };

let loyalife: LoyalifeApi;
let call: LoyalifeCall;
beforeAll(async () => {
  loyalife = await startLoyalife({ min_redeem: '10', max_redeem: '5000', expiry_policy: { type: 'rolling', months: 12 } }, 2);
  ({ call } = loyalife);
});
afterAll(() => loyalife?.api.close());

/** A member with points, who is nobody else. */
const member = async (points = 0): Promise<string> => {
  const reference = `m_${randomUUID().slice(0, 8)}`;
  await loyalife.api.call('POST', '/members', { reference, full_name: 'Asha Rao' });
  if (points > 0) await loyalife.api.call('POST', '/points/earn', { member_reference: reference, reference: `first-${reference}`, points });
  return reference;
};
const setStatus = (reference: string, status: string) =>
  loyalife.api.uow.run(loyalife.api.integrator.ctx, (tx) =>
    tx.query('update member set status = $3 where tenant_id = $1 and reference = $2', [tx.ctx.tenantId, reference, status]),
  );
const purchase = (reference: string, more: object = {}) => ({
  transaction_id: `TXN-${randomUUID()}`,
  amount: 1250.5,
  transaction_date: '2026-01-15 10:30:00',
  product_code: 'CARD',
  member_relation_reference: reference,
  transaction_type: 'DR',
  ...more,
});
const told = async (said: ReturnType<LoyalifeCall>) => {
  const { status, body } = await said;
  return [status, body.ErrorCode];
};

describe.each(FAMILIES)('points on %s', (_, { pg, transaction }) => {
  const balance = async (reference: string): Promise<unknown> =>
    (await call('POST', `${pg}/CheckAvailability`, { RelationReference: reference, TransactionCurrency: 'DEFAULT', RelationType: 4 })).body
      .ReturnObject;
  const redeem = (body: object, headers?: Record<string, string>) => call<string>('POST', `${pg}/RedeemPoints`, body, headers);
  const reverse = (body: object, headers?: Record<string, string>) => call('POST', `${pg}/ReversalPoints`, body, headers);
  const insert = (body: object, headers?: Record<string, string>) =>
    call('POST', `${transaction}/InsertTransactionData?pintProgramId=1`, body, headers);

  it('answer the sample of the seed: a redemption of all the points or none, with a GUID', async () => {
    const memberId = await member(1500);
    const answer = await redeem({ memberId, points: 1000, amount: 12.5 });
    expect([answer.status, answer.body]).toEqual([200, { ...OK, ReturnObject: expect.stringMatching(GUID) }]);
    expect(await balance(memberId)).toBe(500);
    const short = await redeem({ memberId, points: 1000, amount: 12.5 });
    expect([short.status, short.body]).toEqual([
      422,
      { IsSucessful: false, ErrorCode: '121', ExceptionMessage: expect.any(String), ReturnObject: null, Count: 0 },
    ]);
    expect(await balance(memberId)).toBe(500);
  });

  it('answer the sample of the reference, and give back once by the GUID (C2.5)', async () => {
    const reference = await member(1000);
    const keys = { RelationReference: reference, RelationType: 4, ProgramId: 1 };
    const { body } = await redeem({
      ...keys,
      Amount: 12.5,
      Points: 400,
      MerchantName: 'GIFT CARDS',
      LoyaltyTxnType: 30,
      TransactionCurrency: 'DEFAULT',
    });
    const asked = { ...keys, MerchantName: 'GIFT CARDS', ExternalReference: body.ReturnObject };
    const other = await member(1);
    expect(await told(reverse({ ...asked, RelationReference: other }))).toEqual([422, '212']);
    expect(await told(reverse({ ...asked, MerchantName: 'HOTELS' }))).toEqual([422, '212']);
    expect(await told(reverse({ ...asked, ExternalReference: randomUUID().toUpperCase() }))).toEqual([404, '210']);
    const once = { 'idempotency-key': `reverse-${body.ReturnObject}` };
    const done = await reverse(asked, once);
    expect([done.status, done.body]).toEqual([200, { ...OK, ReturnObject: true }]);
    expect(await told(reverse(asked))).toEqual([409, '211']);
    const again = await reverse(asked, once);
    expect([again.text, again.headers['idempotent-replayed']]).toEqual([done.text, 'true']);
    expect(await balance(reference)).toBe(1000);
  });

  it.each([
    ['Idempotency-Key', (key: string) => [{}, { 'idempotency-key': key }] as const],
    ['_xoxo_api_client_idempotency', (key: string) => [{ _xoxo_api_client_idempotency: key }, undefined] as const],
  ])('take points once for each %s, and twice without one (C5.11)', async (_, keyed) => {
    const memberId = await member(100);
    const [field, header] = keyed(randomUUID());
    const answers = await Promise.all([1, 2, 3].map(() => redeem({ memberId, points: 30, amount: 1, ...field }, header)));
    const guids = answers.filter(({ status }) => status === 200).map(({ body }) => body.ReturnObject);
    expect(new Set(guids).size).toBe(1);
    expect((await redeem({ memberId, points: 30, amount: 1, ...field }, header)).body.ReturnObject).toBe(guids[0]);
    expect(await told(redeem({ memberId, points: 31, amount: 1, ...field }, header))).toEqual([422, 'E201']);
    expect(await balance(memberId)).toBe(70);
    await redeem({ memberId, points: 20, amount: 1 });
    await redeem({ memberId, points: 20, amount: 1 });
    expect(await balance(memberId)).toBe(30);
  });

  it('refuse a redemption by the code of its reason', async () => {
    const memberId = await member(9000);
    const reference = { RelationReference: memberId };
    expect(await told(redeem({ memberId, points: 0, amount: 1 }))).toEqual([400, '120']);
    expect(await told(redeem({ memberId, points: -5, amount: 1 }))).toEqual([400, '120']);
    expect(await told(redeem({ memberId, points: 9.99, amount: 1 }))).toEqual([422, '122']);
    expect(await told(redeem({ memberId, points: 5000.01, amount: 1 }))).toEqual([422, '123']);
    expect(await told(redeem({ ...reference, Points: 100, Amount: 1 }))).toEqual([400, '208']);
    expect(await told(redeem({ ...reference, Points: 100, Amount: 1, MerchantName: ' ' }))).toEqual([400, '208']);
    expect(await told(redeem({ memberId: 'nobody', points: 100, amount: 1 }))).toEqual([404, '103']);
    expect(await told(redeem({ memberId, points: 'many', amount: 1 }))).toEqual([400, '999']);
    expect(await told(redeem({ memberId, points: 100.001, amount: 1 }))).toEqual([400, '999']);
    expect(await told(redeem({ memberId, points: 100, amount: 1, ProgramId: 99 }))).toEqual([400, '999']);
    expect(await told(redeem({ memberId, points: 100, amount: 1, tenant: 'x' }))).toEqual([400, '999']);
    for (const [status, code] of [
      ['suspended', '114'],
      ['cancelled', '113'],
      ['inactive', '107'],
      ['blocked', '107'],
    ] as const) {
      await setStatus(memberId, status);
      expect(await told(redeem({ memberId, points: 100, amount: 1 }))).toEqual([422, code]);
    }
    expect(await balance(memberId)).toBe(9000);
  });

  it('count a purchase once for its id and type, and take it back by its return', async () => {
    const reference = await member();
    const sent = purchase(reference, { sub_product_code: 'GOLD', channel_code: 'POS', is_first: true });
    const answer = await insert(sent);
    expect([answer.status, answer.body]).toEqual([200, { ...OK, ReturnObject: true }]);
    expect(await told(insert(sent))).toEqual([200, '000']);
    expect(await balance(reference)).toBe(1250.5);
    expect(await told(insert({ ...sent, amount: 1 }))).toEqual([409, 'E201']);
    expect(await told(insert({ ...sent, _xoxo_api_client_idempotency: randomUUID() }))).toEqual([409, 'E201']);
    expect(await told(insert({ ...sent, transaction_type: 'CR', amount: 250.5 }))).toEqual([200, '000']);
    expect(await told(insert({ ...sent, transaction_type: 'CR', amount: 250.5 }))).toEqual([200, '000']);
    expect(await balance(reference)).toBe(1000);
  });

  it('keep the first answer under the key of a client, byte for byte', async () => {
    const reference = await member();
    const sent = purchase(reference, { _xoxo_api_client_idempotency: randomUUID() });
    const [first, second] = [await insert(sent), await insert(sent)];
    expect([second.text, second.headers['idempotent-replayed']]).toEqual([first.text, 'true']);
    expect(await told(insert({ ...sent, amount: 7 }))).toEqual([422, 'E201']);
    expect(await balance(reference)).toBe(1250.5);
  });

  it('answer success where a purchase earns nothing, and where a return comes before its purchase (C3.9)', async () => {
    const reference = await member();
    expect(await told(insert(purchase(reference, { amount: 0 })))).toEqual([200, '000']);
    const sent = purchase(reference, { amount: 100 });
    expect(await told(insert({ ...sent, transaction_type: 'CR', amount: 40 }))).toEqual([200, '000']);
    expect(await balance(reference)).toBe(0);
    expect(await told(insert(sent))).toEqual([200, '000']);
    expect(await balance(reference)).toBe(60);
  });

  it('refuse a transaction by the code of its reason', async () => {
    const reference = await member();
    expect(await told(insert(purchase('nobody')))).toEqual([404, '103']);
    expect(await told(insert(purchase(reference, { amount: -1 })))).toEqual([400, '999']);
    expect(await told(insert(purchase(reference, { amount: 1.005 })))).toEqual([400, '999']);
    expect(await told(insert(purchase(reference, { transaction_date: 'yesterday' })))).toEqual([400, '999']);
    expect(await told(insert(purchase(reference, { transaction_type: 'XX' })))).toEqual([400, '999']);
    expect(await told(insert(purchase(reference, { product_code: undefined })))).toEqual([400, '999']);
    expect(await told(insert(purchase(reference, { basket: { deep: 1 } })))).toEqual([400, '999']);
    for (const [status, code] of [
      ['suspended', '114'],
      ['cancelled', '113'],
      ['blocked', '107'],
    ] as const) {
      await setStatus(reference, status);
      expect(await told(insert(purchase(reference)))).toEqual([422, code]);
    }
  });

  it('take in a batch, post it in the worker by the same way, and tell the state of each line', async () => {
    const reference = await member();
    const [one, two] = [purchase(reference, { amount: 10 }), purchase(reference, { amount: 20, transaction_type: 'dr' })];
    await insert(one);
    const key = randomUUID();
    const lines = [
      one,
      two,
      { ...two, transaction_type: 'cr', amount: 5 },
      purchase('nobody'),
      { amount: 1 },
      { ...one, amount: 11 },
      purchase(reference, { amount: 1, _xoxo_api_client_idempotency: key }),
      purchase(reference, { amount: 2, _xoxo_api_client_idempotency: key }),
      purchase(reference, { amount: 3, transaction_type: 'CR' }),
    ];
    const queued = await call<Queued>('POST', `${transaction}/InsertTransactionDataV2?pintProgramId=1`, lines);
    expect([queued.status, queued.body]).toEqual([
      202,
      {
        ...OK,
        ReturnObject: {
          batch_id: expect.any(String),
          message: 'Transactions queued successfully',
          total_transactions: 9,
          transactions: lines.map((line) => ({
            member_relation_reference: 'member_relation_reference' in line ? line.member_relation_reference : null,
            transaction_id: 'transaction_id' in line ? line.transaction_id : null,
            transaction_type: 'transaction_type' in line ? line.transaction_type : null,
            request_id: expect.any(String),
          })),
        },
      },
    ]);
    const { batch_id, transactions } = queued.body.ReturnObject;
    const poll = () => call<Polled>('GET', `${transaction}/PollTransactionBatchStatus?batch_id=${batch_id}&pintProgramId=1`);
    expect((await poll()).body.ReturnObject.summary).toEqual({
      total: 9,
      success: 0,
      failed: 2,
      pending: 7,
      on_hold: 0,
      partial_hold: 0,
    });
    await work(batch_id);
    const { body } = await poll();
    expect(body.ReturnObject.results.map(({ status, points, error }) => [status, points ?? error])).toEqual([
      ['SUCCESS', 10],
      ['SUCCESS', 20],
      ['SUCCESS', -5],
      ['FAILED', '103'],
      ['FAILED', '999'],
      ['FAILED', 'E201'],
      ['SUCCESS', 1],
      ['FAILED', 'E201'],
      ['PENDING', undefined],
    ]);
    expect(body.ReturnObject.results.map(({ request_id }) => request_id)).toEqual(transactions.map(({ request_id }) => request_id));
    expect(body.ReturnObject.summary).toMatchObject({ total: 9, success: 4, failed: 4, pending: 1 });
    expect(await balance(reference)).toBe(26);
    expect(await told(call('GET', `${transaction}/PollTransactionBatchStatus?batch_id=${randomUUID()}`))).toEqual([404, '999']);
    expect(await told(call('POST', `${transaction}/InsertTransactionDataV2`, []))).toEqual([400, '999']);
    expect(await told(call('POST', `${transaction}/InsertTransactionDataV2`, {}))).toEqual([400, '999']);
    expect(await told(call('POST', `${transaction}/InsertTransactionDataV2`, new Array(5001).fill({})))).toEqual([413, '999']);
  });

  it('are on hold while they are pending, and in part while some of them are reserved', async () => {
    const { api } = loyalife;
    const terms = (days: number) =>
      api.uow.run(api.integrator.ctx, (tx) =>
        tx.query(`update program set terms = terms || jsonb_build_object('activation_days', $2::int) where tenant_id = $1`, [
          tx.ctx.tenantId,
          days,
        ]),
      );
    const [pending, spendable] = [await member(), await member()];
    const now = { transaction_date: new Date().toISOString() };
    const queue = async (...lines: object[]) => {
      const { batch_id } = (await call<Queued>('POST', `${transaction}/InsertTransactionDataV2`, lines)).body.ReturnObject;
      await work(batch_id);
      return async () => {
        const { body } = await call<Polled>('GET', `${transaction}/PollTransactionBatchStatus?batch_id=${batch_id}`);
        const { summary, results } = body.ReturnObject;
        return [results.map(({ status, points }) => [status, points]), summary];
      };
    };
    await terms(3);
    const later = await queue(purchase(pending, { amount: 40, ...now }));
    await terms(0);
    const counted = await queue(purchase(spendable, { amount: 10, ...now }), purchase(spendable, { amount: 30, ...now }));
    expect(await later()).toEqual([[['ON HOLD', 40]], expect.objectContaining({ success: 0, on_hold: 1, partial_hold: 0, pending: 0 })]);
    expect(await counted()).toMatchObject([[['SUCCESS', 10], ['SUCCESS', 30]], { success: 2, on_hold: 0, partial_hold: 0 }]); // prettier-ignore
    const held = await api.call<{ id: string }>('POST', '/points/holds', { member_reference: spendable, points: 25 });
    expect(await counted()).toMatchObject([[['ON HOLD', 10], ['PARTIAL HOLD', 30]], { success: 0, on_hold: 1, partial_hold: 1 }]); // prettier-ignore
    await api.call('POST', `/points/holds/${held.body.data.id}/capture`, {});
    expect(await counted()).toMatchObject([[['SUCCESS', 10], ['SUCCESS', 30]], { success: 2, on_hold: 0, partial_hold: 0 }]); // prettier-ignore
  });

  it('of who was erased are refused, alone and in a batch, and bring nobody back (C9.4)', async () => {
    const reference = await member();
    const { api } = loyalife;
    const { id } = (await api.call<{ id: string }>('GET', `/members/by-reference/${reference}`)).body.data;
    await api.uow.run(api.integrator.ctx, (tx) =>
      api.app.nest.get(EraseMember, { strict: false }).execute(tx, { memberId: id, forfeitPoints: true }),
    );
    expect(await told(insert(purchase(reference)))).toEqual([422, '113']);
    const lines = [purchase(reference), purchase(reference, { transaction_type: 'CR' })];
    const { batch_id } = (await call<Queued>('POST', `${transaction}/InsertTransactionDataV2`, lines)).body.ReturnObject;
    await work(batch_id);
    const polled = await call<Polled>('GET', `${transaction}/PollTransactionBatchStatus?batch_id=${batch_id}`);
    expect(polled.body.ReturnObject.results).toEqual([
      expect.objectContaining({ status: 'FAILED', error: '113' }),
      expect.objectContaining({ status: 'FAILED', error: '113' }),
    ]);
    expect((await api.call('GET', `/members/by-reference/${reference}`)).status).toBe(404);
  });

  it('have one key for one transaction, alone or as a line of a batch (C5.10)', async () => {
    const reference = await member();
    const keyed = (amount: number) => purchase(reference, { amount, _xoxo_api_client_idempotency: randomUUID() });
    const queue = async (...lines: object[]) =>
      (await call<Queued>('POST', `${transaction}/InsertTransactionDataV2`, lines)).body.ReturnObject.batch_id;
    const results = async (batch: string) =>
      (await call<Polled>('GET', `${transaction}/PollTransactionBatchStatus?batch_id=${batch}`)).body.ReturnObject.results.map(
        ({ status, error }) => error ?? status,
      );
    const [alone, line] = [keyed(10), keyed(20)];
    expect(await told(insert(alone))).toEqual([200, '000']);
    const batch = await queue(alone, { ...alone, amount: 11 }, line);
    // Before the worker came to the line, and after.
    expect(await told(insert({ ...line, amount: 21 }))).toEqual([422, 'E201']);
    await work(batch);
    expect(await results(batch)).toEqual(['SUCCESS', 'E201', 'SUCCESS']);
    expect(await told(insert(line))).toEqual([200, '000']);
    expect(await balance(reference)).toBe(30);
  });

  it('tell a member what happened by the day, a window of it, and how much there is in all', async () => {
    const reference = await member(100);
    await insert(purchase(reference, { amount: 50, transaction_date: '2026-01-15T23:45:00+05:30' }));
    await redeem({ RelationReference: reference, Points: 30, Amount: 1, MerchantName: 'HOTELS', LoyaltyTxnType: 5 });
    const list = (more: object) =>
      call<Record<string, unknown>[]>('POST', `${transaction}/GetMemberTransactionSummaryByDate`, {
        RelationReference: reference,
        TransactionCurrency: 'DEFAULT',
        RelationType: 4,
        ProgramId: 1,
        DateFrom: '2026-01-01',
        DateTo: '2199-12-31',
        ...more,
      });
    const all = await list({ MinimumRange: 0, MaximumRange: 10 });
    expect([all.status, all.body.Count]).toEqual([200, 3]);
    expect(all.body.ReturnObject.map((row) => [row.Points, row.TransactionType, row.LoyaltyTxnType])).toEqual([
      [30, 2, 5],
      [100, 1, 2],
      [50, 1, 1],
    ]);
    expect(all.body.ReturnObject[0]).toEqual({
      Id: expect.any(Number),
      Points: 30,
      Narration: 'redeem',
      TransactionDate: expect.any(String),
      ProcessingDate: expect.any(String),
      ExpiryDate: null,
      RelationReference: reference,
      ExternalReference: expect.stringMatching(GUID),
      AdditionalDetail: '{"amount":"1","loyalty_txn_type":5}',
      LoyaltyTxnType: 5,
      TransactionType: 2,
      MerchantName: 'HOTELS',
      IsActive: true,
    });
    const window = await list({ MinimumRange: 1, MaximumRange: 1 });
    expect([window.body.Count, window.body.ReturnObject.map((row) => row.Points)]).toEqual([3, [100]]);
    // The day is the tenant's own.
    expect((await list({ DateFrom: '2026-01-15', DateTo: '2026-01-15' })).body.Count).toBe(1);
    expect((await list({ DateFrom: '2026-01-16', DateTo: '2026-01-16' })).body.Count).toBe(0);
    expect(await told(list({ DateFrom: '2026-01-16', DateTo: '2026-01-15' }))).toEqual([400, '999']);
    expect(await told(list({ RelationReference: 'nobody' }))).toEqual([404, '103']);
  });

  it('sum a statement by where points came from and went, and when they end', async () => {
    const reference = await member(100);
    const keys = { RelationReference: reference, TransactionCurrency: 'DEFAULT', RelationType: 4, ProgramId: 1 };
    await insert(purchase(reference, { amount: 50 }));
    for (const category of ['partner', 'purchased'])
      await loyalife.api.call('POST', '/points/earn', {
        member_reference: reference,
        reference: randomUUID(),
        points: 7,
        metadata: { category },
      });
    const redeemed = await redeem({ RelationReference: reference, Points: 30, Amount: 1, MerchantName: 'HOTELS' });
    await redeem({ RelationReference: reference, Points: 20, Amount: 1, MerchantName: 'HOTELS' });
    await reverse({ RelationReference: reference, MerchantName: 'HOTELS', ExternalReference: redeemed.body.ReturnObject });
    const sums = { Spend: 50, Bonus: 100, Partner: 7, Purchased: 7, OtherAccrued: 0, Redeem: 20, ExpiredPoints: 0 };
    const summary = await call('POST', `${transaction}/GetMemberStatementSummary`, keys);
    expect([summary.status, summary.body]).toEqual([200, { ...OK, ReturnObject: { ...sums, PointBalance: 144 } }]);
    const schedule = await call<{ Period: string; ExpiryPeriod: Record<string, number>[] }>('POST', `${transaction}/GetExpirySchedule`, {
      ...keys,
      Year: new Date().getFullYear() + 1,
    });
    const { Period, ExpiryPeriod } = schedule.body.ReturnObject;
    const total = (name: string): number => ExpiryPeriod.reduce((sum, period) => sum + period[name]!, 0);
    expect([Period, ExpiryPeriod.length]).toEqual(['Quarterly', 4]);
    expect(['AccrualPoints', 'RedeemPoints', 'BlockedPoints', 'TotalExpiredPoints', 'TotalAvailablePoints'].map(total)).toEqual([
      164, 20, 0, 0, 144,
    ]);
    expect(await told(call('POST', `${transaction}/GetExpirySchedule`, { ...keys, Year: 'soon' }))).toEqual([400, '999']);
    for (const name of ['GetMemberStatementSummary', 'GetExpirySchedule'])
      expect(await told(call('POST', `${transaction}/${name}`, { RelationReference: 'nobody' }))).toEqual([404, '103']);
  });
});

describe('points on the short paths alone', () => {
  it('show categories with how many transactions each has', async () => {
    const RelationReference = await member(100);
    const { body } = await call<Record<string, unknown>[]>('POST', '/v1/GetMemberCategorizedStatement', { RelationReference });
    expect(body.Count).toBe(7);
    expect(body.ReturnObject).toContainEqual({ Category: 'Bonus', Points: 100, Transactions: 1 });
    const before = { RelationReference, DateFrom: '2020-01-01', DateTo: '2020-12-31' };
    expect((await call<object[]>('POST', '/v1/GetMemberCategorizedStatement', before)).body.ReturnObject).toContainEqual({
      Category: 'Bonus',
      Points: 0,
      Transactions: 0,
    });
    expect(await told(call('POST', '/v1/GetMemberCategorizedStatement', { RelationReference: 'nobody' }))).toEqual([404, '103']);
  });

  it('take back what a transaction earned, a part and then the rest, once', async () => {
    const reference = await member();
    const sent = purchase(reference, { amount: 100 });
    await call('POST', '/v1/InsertTransactionData', sent);
    const undo = (more: object = {}) =>
      call('POST', '/v1/ReverseTransactionData', {
        transaction_id: sent.transaction_id,
        member_relation_reference: reference,
        ...more,
      });
    const other = await member();
    expect(await told(undo({ member_relation_reference: other }))).toEqual([422, '212']);
    expect(await told(undo({ transaction_id: 'none' }))).toEqual([404, '210']);
    expect(await told(undo({ amount: 30 }))).toEqual([200, '000']);
    const available = async () => (await call('POST', '/v1/CheckAvailability', { memberId: reference })).body.ReturnObject;
    expect(await available()).toBe(70);
    expect(await told(undo())).toEqual([200, '000']);
    expect(await available()).toBe(0);
    expect(await told(undo())).toEqual([409, '211']);
  });

  it('are not awarded while the program is paused: 201; a fault of ours is 500, and tells nothing of itself', async () => {
    const reference = await member();
    const pause = (status: string) =>
      loyalife.api.uow.run(loyalife.api.integrator.ctx, (tx) =>
        tx.query('update program set status = $2 where tenant_id = $1', [tx.ctx.tenantId, status]),
      );
    await pause('paused');
    expect(await told(call('POST', '/v1/InsertTransactionData', purchase(reference)))).toEqual([422, '201']);
    await pause('active');
    const looked = jest.spyOn(loyalife.api.app.nest.get(FindWallets, { strict: false }), 'balance');
    looked.mockRejectedValueOnce(new Error('a bug'));
    const failed = await call('POST', '/v1/CheckAvailability', { memberId: reference });
    expect([failed.status, failed.body.ErrorCode, failed.text.includes('bug')]).toEqual([500, '500', false]);
    looked.mockRestore();
  });

  it('release held points of the member', async () => {
    const reference = await member(100);
    const hold = await loyalife.api.call<{ id: string }>('POST', '/points/holds', { member_reference: reference, points: 60 });
    const ask = (more: object = {}) =>
      call('POST', '/v1/ReleaseHeldPoints', { RelationReference: reference, ExternalReference: hold.body.data.id.toUpperCase(), ...more });
    const other = await member(1);
    expect(await told(ask({ RelationReference: other }))).toEqual([422, '212']);
    expect(await told(ask({ ExternalReference: randomUUID() }))).toEqual([404, '210']);
    expect((await call('POST', '/v1/CheckAvailability', { memberId: reference })).body.ReturnObject).toBe(40);
    expect((await ask()).body).toEqual({ ...OK, ReturnObject: true });
    expect((await call('POST', '/v1/CheckAvailability', { memberId: reference })).body.ReturnObject).toBe(100);
    expect(await told(ask())).toEqual([409, '999']);
  });
});

interface Queued {
  readonly batch_id: string;
  readonly transactions: readonly { readonly request_id: string }[];
}
interface Polled {
  readonly summary: object;
  readonly results: readonly { readonly request_id: string; readonly status: string; readonly points?: number; readonly error?: string }[];
}

/** Does what the worker does with a batch. */
async function work(batchId: string): Promise<void> {
  const { app, uow, integrator } = loyalife.api;
  const lines = app.nest.get(PostQueuedLines, { strict: false });
  while ((await uow.run(integrator.ctx, (tx) => lines.execute(tx, batchId))) > 0);
}
