import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloseDueWindows } from '../../apps/worker/src/schedules/close-windows.schedule.js';
import { ConfirmDispersions } from '../../apps/worker/src/schedules/confirm-dispersions.schedule.js';
import type { TestApp } from '../support/http-app.js';
import { openMerchant, openOffer, openVenue } from '../support/offers.js';
import { Receiver, until } from '../support/receiver.js';
import { startReworth } from '../support/reworth.js';
import { emptyQueues, startTestWorker } from '../support/worker.js';

interface Line {
  readonly id: string;
  readonly cashback: number;
  readonly conciliation: { readonly status: string; readonly windowId: string | null };
}

const DAY = 86_400;

test('a customer finds an offer, pays by card, and is paid out by a report that the institution can trust: seen natively as by REWORTH', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tallystick-reworth-'));
  const receiver = await new Receiver().open();
  const reworth = await startReworth({ mode: 'sandbox' });
  const { api, call } = reworth;
  const { uow, integrator } = api;
  let worker: TestApp | undefined;
  try {
    const { id: merchantId } = await openMerchant(uow, integrator.ctx, { name: 'La Casa', identifiers: { merchantIds: ['CASA'] } });
    await openVenue(uow, integrator.ctx, merchantId, 'Roma', 19.4194, -99.1617);
    const shares = { customer: 6_000, institution: 2_500, platform: 1_500 };
    await openOffer(uow, integrator.ctx, merchantId, { startsAt: new Date('2020-01-01T00:00:00Z'), shares });

    // The institution says where it is told, natively has the secret shown that the dialect has no room for.
    for (const which of ['redemptions', 'commissions'])
      expect((await call('POST', `/webhook/${which}`, { callback: `${receiver.url}?${which}`, refreshRate: 1 })).status).toBe(200);
    const endpoints = (await api.call<{ id: string; url: string }[]>('GET', '/webhook-endpoints')).body.data;
    const { id: endpointId } = endpoints.find(({ url }) => url.endsWith('?redemptions'))!;
    const secret = (await api.call<{ secret: string }>('POST', `/webhook-endpoints/${endpointId}/secret`, { overlap_seconds: 0 })).body.data
      .secret;

    const near = 'filters=geo&geo_payload=19.4326,-99.1332';
    const found = await call<object[]>('GET', `/directory?uuid=C08409803&${near}`);
    expect(found.body.data).toMatchObject([{ name: 'La Casa', dv_cashback: '5%', venues: [{ name: 'Roma' }] }]);

    const now = Math.floor(Date.now() / 1_000);
    const purchase = { id: 'FI-1', uuid: 'C08409803', type: 'purchase', amount: 250.5, currency: 'MXN', date: now - 4 * DAY, merchant: { merchantId: 'CASA' } }; // prettier-ignore
    const post = async (requestId: string, item: object): Promise<Line> =>
      (await call<Line[]>('POST', '/transactions', { requestId, transactions: [item] })).body.data[0]!;
    const seen = async (): Promise<Line> => (await call<Line[]>('GET', '/transactions/authorized')).body.data[0]!;
    expect(await post('authorized', { ...purchase, status: 'approved' })).toMatchObject({
      cashback: 12.53,
      conciliation: { status: 'pending' },
    });
    await post('cleared', { ...purchase, status: 'settled', amount: 200, settledAt: now - 3 * DAY });
    expect(await seen()).toMatchObject({ cashback: 10, conciliation: { status: 'scheduled' } });

    await emptyQueues(api.database);
    worker = await startTestWorker(api.database, { TALLYSTICK_DATA_DIR: dataDir });
    const run = (schedule: typeof CloseDueWindows | typeof ConfirmDispersions): Promise<void> =>
      worker!.nest.get<CloseDueWindows | ConfirmDispersions>(schedule, { strict: false }).run(new AbortController().signal);
    await run(CloseDueWindows);
    const { windowId } = (await seen()).conciliation;
    await until(() => receiver.calls.some(({ path: at, body }) => at.endsWith('?redemptions') && body.includes('FI-1')));
    const { headers, body } = receiver.calls.find((one) => one.path.endsWith('?redemptions') && one.body.includes('FI-1'))!;
    const signed = createHmac('sha256', secret)
      .update(`${String(headers['x-reworth-timestamp'])}.${body}`)
      .digest('hex');
    expect([headers['x-reworth-event'], headers['x-reworth-signature']]).toEqual(['redemption.dispersion', signed]);
    expect(JSON.parse(body)).toMatchObject({
      windowId,
      refreshRate: 1,
      data: [{ id: 'FI-1', uuid: 'C08409803', cashback: '10.00', currency: 'MXN', offer: { quickType: 'recurring' } }],
    });
    await until(() => receiver.calls.some(({ path: at, body: report }) => at.endsWith('?commissions') && report.includes('La Casa')));

    await until(async () => {
      await run(ConfirmDispersions);
      return (await seen()).conciliation.status === 'dispersed';
    });

    // One customer, one book.
    const windows = await api.call<{ id: string; state: string }[]>('GET', '/conciliation/windows');
    expect(windows.body.data.find(({ id }) => id === windowId)).toMatchObject({ state: 'dispersed' });
    const member = await api.call<{ id: string }>('GET', '/members/by-reference/C08409803');
    const cards = await api.call<object[]>('GET', `/cashback/transactions?member_id=${member.body.data.id}`);
    expect(cards.body.data).toMatchObject([
      {
        reference: 'FI-1',
        status: 'settled',
        cashback: { amount: '10.00', currency: 'MXN' },
        conciliation: { status: 'dispersed', window_id: windowId },
      },
    ]);
    const offers = await api.call<{ merchant: { name: string } }[]>('GET', `/offers?member_id=${member.body.data.id}`);
    expect(offers.body.data).toMatchObject([{ merchant: { name: 'La Casa' } }]);
    expect((await api.call<{ balanced: boolean }>('GET', '/ledger/reconciliation')).body.data.balanced).toBe(true);
  } finally {
    await worker?.close();
    await api.close();
    await receiver.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
