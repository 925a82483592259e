import { CoinCompanies, CoinEvents, CoinUsers } from '@tallystick/loyalty';
import { speakEnkash } from '../support/enkash.js';
import { speakGafapay } from '../support/gafapay.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestApp } from '../support/http-app.js';
import { startLoyalife } from '../support/loyalife.js';
import { until } from '../support/receiver.js';
import { emptyQueues, startTestWorker } from '../support/worker.js';

test('one member earns in a batch of Loyalife, is given coins by EnKash, redeems by GafaPay and is reversed natively: one balance everywhere', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tallystick-dialects-'));
  const loyalife = await startLoyalife();
  const { api } = loyalife;
  let worker: TestApp | undefined;
  try {
    const [enkash, gafapay] = [await speakEnkash(api), speakGafapay(api)];
    const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.nest.get(token as never, { strict: false });
    const asha = await gafapay.user('C08409803', 0);
    await gafapay.configure({ points: 4n });
    await gafapay.deposit('1000.00');
    await api.uow.run(api.integrator.ctx, async (tx) => {
      const company = await get(CoinCompanies).open(tx, { id: 'CEK0TCW2W8' });
      await get(CoinUsers).enroll(tx, company, { memberId: asha.memberId, id: 'EKQZVMQK' });
      await get(CoinEvents).create(tx, { configuration: 'DEFAULT', event: 'REFERRAL_EVENT', amount: 50n });
    });

    /** What each of the four says that the member has. */
    const balances = async (): Promise<unknown[]> => {
      const mine = { token: asha.token };
      const pay = await gafapay.call('GET', `user_points?user_id=${asha.userId}&currency_id=${gafapay.currencyId}`, mine);
      const keys = { RelationReference: 'C08409803', TransactionCurrency: 'DEFAULT', RelationType: 4 };
      return [
        (await api.call<{ available: number }>('GET', `/members/${asha.memberId}/balance`)).body.data.available,
        (await loyalife.call('POST', '/v1/CheckAvailability', keys)).body.ReturnObject,
        (await enkash.call('GET', '/coins/balance?userId=EKQZVMQK')).body.payload,
        (pay.data.user_points as { points: number }).points,
      ];
    };

    const line = {
      transaction_id: 'T-1',
      amount: 120,
      transaction_date: new Date().toISOString(),
      product_code: 'CARD',
      member_relation_reference: 'C08409803',
      transaction_type: 'DR',
    };
    const ingress = '/lbms-ingress/transaction-lm/API/Transaction';
    const queued = await loyalife.call<{ batch_id: string }>('POST', `${ingress}/InsertTransactionDataV2?pintProgramId=1`, [line]);
    expect(queued.status).toBe(202);
    expect(await balances()).toEqual([0, 0, 0, 0]);
    await emptyQueues(api.database);
    worker = await startTestWorker(api.database, { TALLYSTICK_DATA_DIR: dataDir });
    const state = async (): Promise<{ summary: object; results: object[] }> => {
      const asked = `${ingress}/PollTransactionBatchStatus?batch_id=${queued.body.ReturnObject.batch_id}&pintProgramId=1`;
      return (await loyalife.call<{ summary: object; results: object[] }>('GET', asked)).body.ReturnObject;
    };
    await until(async () => JSON.stringify((await state()).summary).includes('"pending":0'));
    expect(await state()).toMatchObject({ summary: { total: 1, success: 1, failed: 0 }, results: [{ status: 'SUCCESS', points: 120 }] });
    expect(await balances()).toEqual([120, 120, 120, 120]);

    const sample = { companyId: 'CEK0TCW2W8', event: 'REFERRAL_EVENT', requestId: 'COIN_REQ1234567', userId: 'EKQZVMQK' };
    expect((await enkash.call('POST', '/enkash-coins/allocate-coin', sample)).body.response_code).toBe(0);
    expect(await balances()).toEqual([170, 170, 170, 170]);

    const redeemed = await gafapay.call('POST', 'redeem_user_reward_points', {
      token: asha.token,
      body: gafapay.order(asha, { redeem_points: 30 }),
      headers: { requestid: 'PAY-1' },
    });
    expect(redeemed.data.redeem_points_detail).toMatchObject({ points: 30, amount: 7.5 });
    expect(await balances()).toEqual([140, 140, 140, 140]);

    // Each is found natively by the reference that its dialect's caller gave, with the money it was about.
    const found = async (reference: string): Promise<object[]> =>
      (await api.call<object[]>('GET', `/transactions?reference=${reference}`)).body.data;
    expect(await found('T-1')).toMatchObject([{ reference: 'T-1', points: 120, amount: '120.00', currency: 'USD' }]);
    expect(await found(sample.requestId)).toMatchObject([{ reference: sample.requestId, points: 50, amount: null, currency: null }]);
    expect(await found('PAY-1')).toMatchObject([{ reference: 'PAY-1', type: 'redeem', points: 30, amount: '7.50', currency: 'USD' }]);
    const wallets = async (query = ''): Promise<object[]> =>
      (await api.call<object[]>('GET', `/wallets?member_id=${asha.memberId}${query}`)).body.data;
    const cash = { kind: 'cash', program_id: null, balance: 7.5, value: { amount: '7.50', currency: 'USD' } };
    expect((await wallets()).length).toBe(2);
    expect(await wallets('&kind=cash')).toMatchObject([cash]);
    expect(await wallets('&kind=points&page=1')).toMatchObject([{ kind: 'points', balance: 140, program_id: api.program.id }]);
    const [{ id: cashId }] = (await wallets('&kind=cash')) as [{ id: string }];
    expect((await api.call('GET', `/wallets/${cashId}`)).body.data).toMatchObject(cash);

    const { txn_id } = redeemed.data.redeem_points_detail as { txn_id: string };
    const id = txn_id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    expect((await api.call('POST', '/points/reverse', { transaction_id: id })).status).toBe(201);
    expect(await balances()).toEqual([170, 170, 170, 170]);
    expect((await api.call<{ balanced: boolean }>('GET', '/ledger/reconciliation')).body.data.balanced).toBe(true);
  } finally {
    await worker?.close();
    await api.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
