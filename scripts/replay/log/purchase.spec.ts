import { readLayout, type ColumnNames } from './layout.js';
import { readAmount, readMoment, readPurchase } from './purchase.js';
import { BLANKS } from './records.js';

const read = (heading: string, row: string, named: ColumnNames = {}) => readPurchase(row.split(','), readLayout(heading, named), 'EUR');

describe('layout', () => {
  it('knows the CDNOW layout by its heading', () => {
    const layout = readLayout(' customer_id  date number_of_cds  dollar_value', {});
    expect(layout).toMatchObject({ delimiter: BLANKS, width: 4, positions: { reference: 0, date: 1, quantity: 2, amount: 3 } });
    expect(readPurchase(['00001', '19970101', '1', '11.77'], layout, 'USD')).toEqual({
      type: 'purchase',
      member_reference: '00001',
      amount: '11.77',
      currency: 'USD',
      occurred_at: '1997-01-01T00:00:00Z',
      quantity: '1',
    });
  });

  it.each([',', ';', '\t'])('finds the delimiter %j and the names of the API in a heading', (delimiter) => {
    const heading = ['id', 'member_reference', 'amount', 'currency', 'occurred_at', 'type', 'original_id'].join(delimiter);
    expect(readLayout(heading, {}).positions).toEqual({ id: 0, reference: 1, amount: 2, currency: 3, date: 4, type: 5, original: 6 });
  });

  it('names what a heading lacks, the option to use and the columns it has', () => {
    expect(() => readLayout('who,when,spent', { reference: 'who', date: 'when' })).toThrow(
      'The heading has no column "amount" (name another with --amount-column); its columns are: who, when, spent.',
    );
    expect(() => readLayout('who,when,spent,id', { reference: 'who', date: 'when', amount: 'spent', id: 'no' })).toThrow('--id-column');
  });

  it('refuses a heading with a used name twice or a stray quote', () => {
    expect(() => readLayout('member_reference,amount,amount,occurred_at', {})).toThrow('names the column "amount" twice');
    expect(() => readLayout('member"_reference,amount', {})).toThrow('a quote is out of place');
  });
});

describe('a row of a CSV (FIL-03)', () => {
  const heading = 'id,member_reference,amount,currency,occurred_at,type,original_id';

  it('becomes a purchase or a refund in the words of the API', () => {
    expect(read(heading, 'p1,m1,10.50,USD,2024-02-29T23:30:00+05:30,,')).toEqual({
      id: 'p1',
      type: 'purchase',
      member_reference: 'm1',
      amount: '10.50',
      currency: 'USD',
      occurred_at: '2024-02-29T18:00:00Z',
    });
    expect(read(heading, 'p2,m1,10.50,USD,20240301,REFUND,p1')).toMatchObject({ type: 'refund', original_id: 'p1' });
  });

  it('takes the currency of the options where there is no column for it', () => {
    expect(read('member_reference,amount,occurred_at', 'm1,1,20240301')).toMatchObject({ currency: 'EUR' });
  });

  it.each([
    ['too few columns', 'p1,m1,10.50', { reason: 'has 3 columns where the heading has 7' }],
    ['no member', 'p1,,10,USD,20240301,,', { column: 'member_reference', reason: 'is empty' }],
    ['no id', ',m1,10,USD,20240301,,', { column: 'id', reason: 'is empty' }],
    ['Latin-1', 'p1,m\ufffd,10,USD,20240301,,', { column: 'member_reference', value: 'm\ufffd' }],
    ['NUL', 'p1\0,m1,10,USD,20240301,,', { column: 'id' }],
    ['a negative amount', 'p1,m1,-10,USD,20240301,,', { column: 'amount', value: '-10' }],
    ['a day that does not exist', 'p1,m1,10,USD,20230229,,', { column: 'occurred_at', value: '20230229' }],
    ['another type', 'p1,m1,10,USD,20240301,gift,', { column: 'type', value: 'gift' }],
    ['a currency in words', 'p1,m1,10,dollars,20240301,,', { column: 'currency', value: 'dollars' }],
  ])('with %s is refused with its column and value', (_, row, malformation) => expect(read(heading, row)).toMatchObject(malformation));
});

describe('amounts', () => {
  it.each([
    ['11.77', '11.77'],
    ['0011.77', '11.77'],
    ['0', '0'],
    ['000', '0'],
    ['0.00', '0.00'],
    ['12', '12'],
    ['9007199254740993.01', '9007199254740993.01'],
  ])('passes %s on as %s, exactly (C4.1)', (text, amount) => expect(readAmount(text)).toBe(amount));
  it.each(['', '-1', '+1', '1e3', '1,000.50', '1,00,000.50', '(12)', '12.', '.5', '0x1f', '$12', 'NaN', '１２'])(
    'does not guess at %j',
    (text) => expect(readAmount(text)).toBeUndefined(),
  );
});

describe('moments', () => {
  it.each([
    ['19970101', '1997-01-01T00:00:00Z'],
    ['1997-01-01', '1997-01-01T00:00:00Z'],
    ['2024-02-29 10:30', '2024-02-29T10:30:00Z'],
    ['2024-02-29T10:30:00', '2024-02-29T10:30:00Z'],
    ['2024-02-29t10:30:00z', '2024-02-29T10:30:00Z'],
    ['2024-02-29T10:30:00.123456Z', '2024-02-29T10:30:00.123Z'],
    ['2024-01-01T00:30:00+0530', '2023-12-31T19:00:00Z'],
  ])('reads %s as %s', (text, moment) => expect(readMoment(text)).toBe(moment));

  it.each([
    '',
    '20230229',
    '2023-13-01',
    '19970100',
    '01/02/2024',
    '1997-0101',
    '2024-02-29T24:00:00Z',
    '2024-02-29T10:60',
    '00000101',
    'today',
  ])('does not guess at %j', (text) => expect(readMoment(text)).toBeUndefined());
});
