import { readFileSync } from 'node:fs';
import { AUDITED, NOT_AUDITED } from '../support/audited-operations.js';
import { contractOperations, contractsOf } from '../support/contract-watch.js';

const operations = [...contractsOf('admin-api'), ...contractsOf('public-api')].flatMap(contractOperations);
const acts = (JSON.parse(readFileSync('contracts/acts.json', 'utf8')) as { name: string }[]).map(({ name }) => name);

describe('what operations leave in the audit trail (AUD-01)', () => {
  it('is said of every operation that writes: which act, or why none', () => {
    const writing = operations.filter(({ method }) => method !== 'GET').map(({ operationId }) => operationId);
    const silent = writing.filter((operationId) => !AUDITED[operationId] && !NOT_AUDITED[operationId]);
    expect([...new Set(silent)]).toEqual([]);
    expect(writing.length).toBeGreaterThan(15);
  });

  it('is said of no operation that is not there, nor both ways', () => {
    const known = new Set(operations.map(({ operationId }) => operationId));
    const said = [...Object.keys(AUDITED), ...Object.keys(NOT_AUDITED)];
    expect(said.filter((operationId) => !known.has(operationId))).toEqual([]);
    expect(said.filter((operationId, index) => said.indexOf(operationId) !== index)).toEqual([]);
  });

  it('is an act that is declared', () => {
    const named = Object.values(AUDITED).flatMap(({ acts: main, besides = [] }) => [...main, ...besides]);
    expect(named.filter((act) => !acts.includes(act))).toEqual([]);
  });
});
