import fc from 'fast-check';
import { contentId, ItemIds, RepeatSieve } from './item-ids.js';
import type { Purchase } from './purchase.js';

const purchase = (given: Partial<Purchase> = {}): Purchase => ({
  type: 'purchase',
  member_reference: '00002',
  amount: '12.00',
  currency: 'USD',
  occurred_at: '1997-01-12T00:00:00Z',
  quantity: '1',
  ...given,
});

function idsOf(purchases: Purchase[], fileBytes = 1 << 16): string[] {
  const sieve = new RepeatSieve(fileBytes);
  for (const each of purchases) sieve.note(contentId(each, false));
  const ids = new ItemIds(sieve, false);
  return purchases.map((each) => ids.of(each));
}

describe('ids of purchases (C5.6)', () => {
  it('are made of customer, date, quantity and amount, with a number for repeats', () => {
    const other = purchase({ amount: '77.00', quantity: '5' });
    expect(idsOf([purchase(), other, purchase(), purchase()])).toEqual([
      '00002-19970112-1-12.00',
      '00002-19970112-5-77.00',
      '00002-19970112-1-12.00#2',
      '00002-19970112-1-12.00#3',
    ]);
  });

  it('are the log’s own where it has them', () => {
    expect(idsOf([purchase({ id: 'p1' }), purchase({ id: 'p1' })])).toEqual(['p1', 'p1']);
  });

  it('tell times, currencies and refunds apart, because those are posted too', () => {
    const at = purchase({ occurred_at: '1997-01-12T10:30:00Z', quantity: undefined });
    expect(contentId(at, true)).toBe('00002-19970112T103000Z-12.00-USD');
    expect(contentId(purchase({ type: 'refund', original_id: 'p1' }), false)).toBe('00002-19970112-1-12.00-refund-p1');
  });

  it('are the same set in any order of the file, each once', () => {
    const row = fc.record({
      member_reference: fc.constantFrom('1', '2', '3'),
      amount: fc.constantFrom('1.00', '2.00'),
      quantity: fc.constantFrom('1', '2'),
    });
    const rows = fc.array(row, { maxLength: 60 });
    fc.assert(
      fc.property(
        rows.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const ids = idsOf(list.map(purchase));
          expect(new Set(ids).size).toBe(list.length);
          expect(idsOf(shuffled.map(purchase)).sort()).toEqual([...ids].sort());
        },
      ),
    );
  });

  it('stay exact when the sieve suspects rows that do not repeat', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => purchase({ member_reference: String(index) }));
    const ids = idsOf([...many, purchase({ member_reference: '7' })]);
    expect(ids.filter((id) => id.includes('#'))).toEqual(['7-19970112-1-12.00#2']);
  });
});
