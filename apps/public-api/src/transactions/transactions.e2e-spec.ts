import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

interface Transaction {
  id: string;
  number: number;
}

let api: PublicApi;
beforeAll(async () => {
  api = await startPublicApi();
  const transactions = Array.from({ length: 130 }, (_, n) => ({
    id: `t-${n}`,
    type: 'purchase',
    member_reference: `T-${n % 3}`,
    amount: `${n + 1}.00`,
    currency: 'USD',
  }));
  await api.call('POST', '/points/batches', { request_id: 'fill', transactions });
});
afterAll(() => api.close());

test('pages hold each transaction once while others are added (LST-01)', async () => {
  const seen: number[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null; page++) {
    const answer: Awaited<ReturnType<typeof api.call<Transaction[]>>> = await api.call<Transaction[]>(
      'GET',
      `/transactions?page_size=20${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(...answer.body.data.map((row) => row.number));
    cursor = answer.body.meta.pagination.next_cursor;
    await api.call('POST', '/points/earn', { member_reference: 'T-0', reference: `more-${page}`, points: 1 });
  }
  expect(seen).toEqual([...seen].sort((a, b) => b - a));
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBe(130);
});

test('a page out of range, a foreign cursor, or a misspelt filter is 400 (LST-02, LST-07)', async () => {
  for (const query of [
    'page_size=0',
    'page_size=101',
    'page_size=abc',
    'page_size=-1',
    'cursor=abc',
    'cursor=e30.AAAAAAAAAAAAAAAAAAAAAA',
    'typ=earn',
    'type=gift',
    'from=yesterday',
    'min=1e3',
    'max=-1',
    'page=2&cursor=abc',
    'wallet=0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01&wallet_id=0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a02',
  ]) {
    expect([query, (await api.call('GET', `/transactions?${query}`)).status]).toEqual([query, 400]);
  }
});

test('analytics tell what moved, by local days', async () => {
  const today = (await api.call<{ to: string; series: { from: string }[] }>('GET', '/transactions/analytics')).body.data;
  expect(today).toMatchObject({ timezone: 'Asia/Kolkata', granularity: 'day', redeemed: 0, breakage_rate: 0 });
  expect([today.series.length, today.series.at(-1)!.from]).toEqual([30, today.to]);
  const year = await api.call('GET', `/transactions/analytics?granularity=month&from=2020-01-01&to=2020-12-31T18:30:00Z`);
  expect(year.body.data).toMatchObject({ from: '2020-01-01', to: '2020-12-31', issued: 0, breakage_rate: null });
  for (const query of ['granularity=hour', 'from=2026-02-30', 'from=2026-01-02&to=2026-01-01', 'from=2000-01-01', 'from=1'])
    expect([query, (await api.call('GET', `/transactions/analytics?${query}`)).status]).toEqual([query, 400]);
  expect((await api.call('GET', '/transactions/analytics?program_id=0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01')).status).toBe(404);
});

test('numbered pages tell their counts, and hand over to a cursor', async () => {
  const list = (query: string) => api.call<Transaction[]>('GET', `/transactions?${query}`);
  const { meta, data } = (await list('page=2&page_size=5&max=100&min=98.5')).body;
  expect(meta.pagination).toMatchObject({ page: 2, page_size: 5, total: 2, total_pages: 1 });
  expect(data).toEqual([]);
  const first = (await list('page=1&page_size=50&type=earn')).body;
  const second = (await list('page=2&page_size=50&type=earn')).body;
  expect((await list(`page_size=50&type=earn&cursor=${first.meta.pagination.next_cursor}`)).body.data).toEqual(second.data);
  const [one] = first.data as (Transaction & { wallet_id: string; program_id: string })[];
  const own = (await list(`wallet=${one!.wallet_id}&page=1`)).body;
  expect(own.meta.pagination.total).toBeGreaterThan(10);
  expect(own.data.every((row) => (row as unknown as { wallet_id: string }).wallet_id === one!.wallet_id)).toBe(true);
  expect((await list(`program_id=${one!.program_id}&page=1`)).body.meta.pagination.total).toBe(first.meta.pagination.total);
  expect((await list('program_id=0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01')).body.data).toEqual([]);
});

test('filters by type, reference and time; gets and explains one', async () => {
  const [one] = (await api.call<Transaction[]>('GET', '/transactions?reference=t-5')).body.data;
  expect(one).toMatchObject({ type: 'earn', points: 6, reference: 't-5' });
  expect((await api.call<Transaction[]>('GET', '/transactions?type=redeem')).body.data).toEqual([]);
  expect((await api.call<Transaction[]>('GET', `/transactions?to=${new Date(0).toISOString()}`)).body.data).toEqual([]);
  expect((await api.call<Transaction>('GET', `/transactions/${one!.id}`)).body.data).toEqual(one);
  const explained = await api.call('GET', `/transactions/${one!.id}/explain`);
  expect(explained.body.data).toMatchObject({
    lots: [{ original: 6 }],
    rules: [{ id: api.program.id, version: 1, points: 6 }],
    source: { channel: 'batch', request_id: 'fill' },
  });
  for (const path of [
    '/transactions/0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01',
    '/transactions/0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01/explain',
    '/transactions/nope',
  ]) {
    expect((await api.call('GET', path)).status).toBe(404);
  }
});
