import { readFileSync } from 'node:fs';
import { contractOperations } from '../support/contract-watch.js';

/** Contract, method and path of every operation that a dialect was promised with. */
const PROMISED = readFileSync('test/architecture/promised-operations.tsv', 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t') as [contract: string, method: string, path: string]);

describe.each([...new Set(PROMISED.map(([contract]) => contract))])('the operations promised in %s', (contract) => {
  it('are there, no more and no fewer', () => {
    const promised = PROMISED.filter(([name]) => name === contract).map(([, method, path]) => `${method} ${path}`);
    expect(
      contractOperations(contract)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(promised.sort());
  });
});
