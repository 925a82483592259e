import { openApiClient } from '../../../../../../test/support/identity.js';
import { openIntegrator } from '../../../../../../test/support/integrator.js';
import { openMerchant, openOffer } from '../../../../../../test/support/offers.js';
import { approveInstitution, startReworth, type ReworthApi, type ReworthSaid } from '../../../../../../test/support/reworth.js';

type Line = Record<string, unknown> & { transactionId: string };

let reworth: ReworthApi;
beforeAll(async () => {
  reworth = await startReworth();
  const { uow, integrator } = reworth.api;
  const { id } = await openMerchant(uow, integrator.ctx, { name: 'La Casa', identifiers: { merchantIds: ['CASA'] } });
  const split = { customer: 6_000, institution: 2_500, platform: 1_500 };
  await openOffer(uow, integrator.ctx, id, { startsAt: new Date('2020-01-01T00:00:00Z'), minAmount: 1_000n, shares: split });
});
afterAll(() => reworth?.api.close());

/** The sample of A.2.4 as it stands. */
const SAMPLE = {
  id: 'FI-TXN-0001',
  uuid: 'C08409803',
  type: 'purchase',
  status: 'approved',
  amount: 250.5,
  currency: 'MXN',
  date: 1644474000,
  merchant: { descriptor: 'REST LA CASA CDMX', mcc: '5812', merchantId: 'CASA', terminalId: '…', zipcode: '06700' },
  card: { bin: '415231', last4: '1234' },
  authorizationCode: '…',
  originalId: null,
  metadata: {},
};
const item = (id: string, given: object = {}) => ({ ...SAMPLE, id, ...given });
const post = (requestId: unknown, ...transactions: unknown[]): Promise<ReworthSaid<Line[]>> =>
  reworth.call('POST', '/transactions', { requestId, transactions });
const MESSAGE = 'This requestId has already been processed';

describe('a batch', () => {
  it('is answered field for field, told again on a repeat, and read by its requestId or by our id', async () => {
    const first = await post(1644474347, SAMPLE);
    const line = {
      id: 'FI-TXN-0001',
      transactionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      uuid: 'C08409803',
      status: 'rewarded',
      reason: null,
      message: null,
      offer: { name: 'Five per cent back', quickType: 'recurring' },
      cashback: 12.53,
      currency: 'MXN',
      cashback_decimal: 0.05,
      dv_cashback: '5%',
      commission: 5.22,
      conciliation: { status: 'pending', windowId: null, expectedAt: null },
    };
    expect([first.status, first.body]).toEqual([200, { success: true, processedTransactions: 1, requestId: 1644474347, data: [line] }]);
    const told = { success: true, message: MESSAGE, data: first.body.data };
    expect((await post(1644474347, SAMPLE)).body).toEqual(told);
    // The same name in the other type is the same batch.
    expect((await post('1644474347', SAMPLE)).body).toEqual(told);
    expect((await reworth.call('GET', '/transactions/1644474347')).body).toEqual(told);
    expect((await reworth.call('GET', `/transactions/${first.body.data[0]!.transactionId}`)).body).toEqual(told);
  });

  it('takes a date as text and a requestId as text, clears what was authorized, and takes back what is refunded', async () => {
    const cleared = await post('settled-1', item('FI-TXN-0002', { status: 'settled', date: '2022-02-10T07:00:00Z', amount: '100.00' }));
    expect(cleared.body).toMatchObject({ requestId: 'settled-1', data: [{ cashback: 5, commission: 2.08 }] });
    const { conciliation } = cleared.body.data[0]!;
    expect(conciliation).toMatchObject({ status: 'scheduled' });
    const refund = { id: 'FI-REF-1', type: 'refund', status: 'settled', amount: 50, originalId: 'FI-TXN-0002', merchant: null, card: null };
    const refunded = await post('refund-1', item('x', refund));
    expect(refunded.body.data).toMatchObject([{ id: 'FI-REF-1', cashback: -2.5 }]);
    const again = await reworth.call<Line[]>('GET', '/transactions/settled-1');
    expect(again.body.data[0]).toMatchObject({ cashback: 2.5 });
  });

  it('gives every transaction a verdict of its own (C5.7)', async () => {
    const { body } = await post(
      'verdicts',
      item('V-1'),
      item('V-1'),
      item('V-2', { amount: 5 }),
      item('V-3', { merchant: { merchantId: 'nobody' } }),
      item('V-4', { amount: 1.234 }),
      item('V-5', { uuid: undefined }),
      item('V-6', { type: 'refund', status: 'settled', originalId: 'unseen' }),
      { id: 7 },
      'x',
    );
    expect(body.processedTransactions).toBe(9);
    expect(body.data.map(({ id, status, reason }) => [id, status, reason])).toEqual([
      ['V-1', 'rewarded', null],
      ['V-1', 'duplicate', null],
      ['V-2', 'no_offer', 'below_minimum'],
      ['V-3', 'no_offer', 'merchant_unknown'],
      ['V-4', 'rejected', 'validation_error'],
      ['V-5', 'rejected', 'validation_error'],
      ['V-6', 'pending_match', 'purchase_unknown'],
      [null, 'rejected', 'validation_error'],
      [null, 'rejected', 'validation_error'],
    ]);
    expect(body.data.map(({ message }) => message).slice(4, 6)).toEqual([
      'amount: Has more decimals than the currency.',
      "The item must have required property 'uuid'.",
    ]);
  });

  it.each<[string, () => Promise<ReworthSaid<unknown>>, [number, string], RegExp]>([
    ['another content', () => post(1644474347, item('other')), [409, 'RequestIdConflict'], /./],
    ['an empty list', () => post('empty'), [400, 'ValidationError'], /transactions: Must have at least 1 item/],
    ['no list', () => reworth.call('POST', '/transactions', { requestId: 'x' }), [400, 'ValidationError'], /transactions: /],
    ['no requestId', () => reworth.call('POST', '/transactions', { transactions: [SAMPLE] }), [400, 'ValidationError'], /requestId: /],
    ['a requestId with decimals', () => post(1.5, SAMPLE), [400, 'ValidationError'], /requestId: /],
    [
      'an unknown member',
      () => reworth.call('POST', '/transactions', { requestId: 'x', transactions: [SAMPLE], x: 1 }),
      [400, 'ValidationError'],
      /x: /,
    ],
    ['5,001 transactions', () => post('large', ...Array.from({ length: 5_001 }, () => 0)), [413, 'BatchTooLarge'], /5000/],
    ['a body of nine megabytes', () => post('long', 'x'.repeat(9 * 1024 * 1024)), [413, 'PayloadTooLarge'], /./],
    [
      'no JSON',
      () => reworth.call('POST', '/transactions', '{"requestId":', { 'content-type': 'application/json' }),
      [400, 'ValidationError'],
      /./,
    ],
    [
      'another type',
      () => reworth.call('POST', '/transactions', 'x', { 'content-type': 'text/plain' }),
      [415, 'UnsupportedMediaType'],
      /./,
    ],
    ['an unknown requestId', () => reworth.call('GET', '/transactions/nothing'), [404, 'NotFound'], /./],
  ])('is refused with %s', async (_, send, expected, message) => {
    const answer = send();
    expect(await reworth.told(answer)).toEqual(expected);
    expect((await answer).body.message).toMatch(message);
  });

  it('is not posted by a key that may only read, and not seen by another institution', async () => {
    const { uow, integrator } = reworth.api;
    const reader = await reworth.authenticate(await openApiClient(uow, integrator.ctx, ['cashback:read']));
    const headers = { authorization: `Bearer ${reader.body.data.jwt}` };
    const given = { requestId: 'r', transactions: [SAMPLE] };
    expect(await reworth.told(reworth.guest('POST', '/transactions', given, headers))).toEqual([403, 'PermissionDenied']);
    const stranger = await openIntegrator(reworth.api.app);
    await approveInstitution(reworth.api, stranger.ctx);
    const { jwt } = (await reworth.authenticate(stranger)).body.data;
    for (const name of ['1644474347', (await post(1644474347, SAMPLE)).body.data[0]!.transactionId])
      expect(await reworth.told(reworth.guest('GET', `/transactions/${name}`, undefined, { authorization: `Bearer ${jwt}` }))).toEqual([
        404,
        'NotFound',
      ]);
  });

  it('is the same customer, transaction and cashback natively', async () => {
    const [line] = (await post('native', item('N-1', { uuid: 'C-NATIVE', status: 'settled' }))).body.data;
    const member = await reworth.api.call<{ reference: string; id: string }>('GET', '/members/by-reference/C-NATIVE');
    expect(member.body.data.reference).toBe('C-NATIVE');
    const [account] = await reworth.api.uow.read(reworth.api.integrator.ctx, (tx) =>
      tx.query<{ posted: string }>(
        `select a.posted from ledger_account a join card_transaction t on t.tenant_id = a.tenant_id
         where a.tenant_id = $1 and t.id = $2 and t.member_id = $3 and a.owner_type = 'member_cashback' and a.posted = 1253`,
        [tx.ctx.tenantId, line!.transactionId, member.body.data.id],
      ),
    );
    expect(account).toEqual({ posted: '1253' });
  });
});
