import { SealEntries, proofProblems, type InclusionProof } from '@tallystick/ledger';
import { Keyring } from '@tallystick/platform';
import { openUnitOfWork } from '../../../../test/support/database.js';
import { openIntegrator } from '../../../../test/support/integrator.js';
import { openProgram } from '../../../../test/support/loyalty.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

let api: PublicApi;
let entryId: string;

beforeAll(async () => {
  api = await startPublicApi();
  await api.call('POST', '/members', { reference: 'L-1' });
  const earned = await api.call<{ id: string }>('POST', '/points/earn', { member_reference: 'L-1', reference: 'l-1', points: 100 });
  const explained = await api.call<{ entries: { id: string; purpose: string }[] }>('GET', `/transactions/${earned.body.data.id}/explain`);
  entryId = explained.body.data.entries.find((entry) => entry.purpose === 'wallet')!.id;
});
afterAll(() => api.close());

test('an entry has no proof before its seal, and one that holds after it', async () => {
  const early = await api.call('GET', `/ledger/entries/${entryId}/proof`);
  expect([early.status, early.body.code, early.headers['retry-after']]).toEqual([409, 'invalid_state', '60']);
  // Only the worker's role reads the signing keys.
  const worker = await openUnitOfWork(api.database.workerUrl);
  await worker.uow.run(api.integrator.ctx, (tx) => new SealEntries(api.app.nest.get(Keyring, { strict: false })).execute(tx));
  await worker.close();
  const [seal] = (await api.call<{ number: string; public_key: string }[]>('GET', '/ledger/seals')).body.data;
  expect(seal!.number).toBe('1');
  expect((await api.call('GET', '/ledger/seals/1')).body.data).toEqual(seal);
  const proof = (await api.call<InclusionProof>('GET', `/ledger/entries/${entryId}/proof`)).body.data;
  expect(proof).toMatchObject({ entry_id: entryId, leaf: { amount: '100' }, seal });
  expect(proofProblems(proof, { publicKeys: [seal!.public_key] })).toEqual([]);
  expect(proofProblems({ ...proof, leaf: { ...proof.leaf, amount: '101' } }, {})).not.toEqual([]);
});

test('the books balance, also after everything that can happen', async () => {
  expect((await api.call('GET', '/ledger/reconciliation')).body.data).toMatchObject({ balanced: true, differences: [] });
});

test('another tenant sees none of it; malformed names are not found', async () => {
  const stranger = await openIntegrator(api.app, { tenant: { currency: 'USD' } });
  await openProgram(api.uow, stranger.ctx);
  const theirs = api.as(stranger);
  expect((await theirs('GET', `/ledger/entries/${entryId}/proof`)).status).toBe(404);
  expect((await theirs('GET', '/ledger/seals/1')).status).toBe(404);
  expect((await theirs<object[]>('GET', '/ledger/seals')).body.data).toEqual([]);
  for (const path of [
    '/ledger/seals/0',
    '/ledger/seals/x',
    '/ledger/entries/x/proof',
    `/ledger/entries/${entryId}9/proof`,
    `/ledger/entries/${entryId}:1/proof`,
  ]) {
    expect([path, (await api.call('GET', path)).status]).toEqual([path, 404]);
  }
  expect((await api.call('GET', '/ledger/seals?page_size=0')).status).toBe(400);
  expect((await api.call('GET', '/ledger/reconciliation?x=1')).status).toBe(400);
});
