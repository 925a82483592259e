import { Pace } from './pace.js';
import { Refusals } from './refusals.js';
import { asJson, asTable, worries, type ReplayReport } from './report.js';

const report: ReplayReport = {
  file: 'log.txt',
  apiUrl: 'http://api',
  run: 2,
  requestIds: ['replay-abc-2-1', 'replay-abc-2-2'],
  rows: 69_659,
  malformed: { rows: 1, groups: [{ code: 'malformed_row', reason: 'amount is empty', rows: 1, examples: ['line 7: ""'] }] },
  totals: {
    processed: 69_659,
    accepted: 69_650,
    duplicates: 1,
    rejected: 8,
    points: '2453159.5',
    members: 23_570,
    refusals: [{ code: 'invalid_state', reason: 'The member is blocked', rows: 8, examples: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] }],
  },
  reconciliation: { balanced: true, differences: [] },
  seconds: 12.34,
};

describe('the report', () => {
  it('shows people what the API counts, and every refusal with its reason', () => {
    const table = asTable(report);
    for (const line of [
      /processed +69,659/,
      /accepted +69,650/,
      /Points issued +2,453,159.5/,
      /Members +23,570/,
      /Ledger +balanced/,
      /not posted +1\n/,
    ]) {
      expect(table).toMatch(line);
    }
    expect(table).toContain('8 x invalid_state: The member is blocked\n      a; b; c; d; e; ...');
    expect(table).toContain('line 7: ""');
  });

  it('gives programs the same as one JSON object', () => {
    expect(JSON.parse(asJson(report))).toMatchObject({
      run: 2,
      batches: 2,
      last_request_id: 'replay-abc-2-2',
      processed: 69_659,
      points: 2_453_159.5,
      members: 23_570,
      reconciliation: { balanced: true },
      malformed: { rows: 1 },
      worries: [],
    });
  });

  it('worries about rows the API did not count and books that do not balance', () => {
    const lost = { ...report, totals: { ...report.totals, processed: 60_000 }, reconciliation: { balanced: false, differences: [{}, {}] } };
    expect(worries(lost)).toEqual([
      'The API counts 60,000 purchases where 69,659 rows were posted.',
      'Accepted, duplicate and rejected purchases do not add up to the processed ones.',
      'The ledger does not balance: 2 differences.',
    ]);
    expect(asTable(lost)).toContain('NOT BALANCED');
  });
});

describe('refusals', () => {
  it('are counted in bounded memory, the largest group first', () => {
    const refusals = new Refusals();
    for (let row = 0; row < 2_000; row++) refusals.add('not_found', `member ${row} is not known`, `item ${row}`);
    for (let row = 0; row < 300; row++) refusals.add('invalid_state', 'blocked', `item ${row}`);
    const groups = refusals.list();
    expect(groups.length).toBeLessThanOrEqual(502);
    expect(groups[0]).toMatchObject({ code: 'not_found', reason: 'other reasons', rows: 1_500 });
    expect(groups.every((group) => group.examples.length <= 100)).toBe(true);
    expect(refusals.total).toBe(2_300);
  });
});

describe('pace', () => {
  it('tells rate and time left by the last fifteen seconds', () => {
    const pace = new Pace(100_000, 10_000, 0);
    expect([pace.rate(0), pace.left(0)]).toEqual([0, '?']);
    pace.advance(1_000, 1_000);
    expect([pace.rate(1_000), pace.left(1_000)]).toEqual([1_000, '1 min 29 s']);
    for (let second = 2; second <= 60; second++) pace.advance(500, second * 1_000);
    expect(pace.rate(60_000)).toBe(500);
    pace.advance(100_000 - pace.done, 61_000);
    expect(pace.left(61_000)).toBe('0 s');
    expect(new Pace(10_000_000, 0, 0).left(1)).toBe('?');
  });
});
