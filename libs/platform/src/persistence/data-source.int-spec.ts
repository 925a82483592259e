import { newId } from '@tallystick/kernel';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { systemContext } from '../../../../test/support/identity.js';

const ONE = { name: 'one_of_a_kind', text: 'select $1::int as one' };

describe('statements with a name', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await createTestDatabase()));
  afterAll(() => database.close());

  it.each([
    ['are parsed once on a connection of our own', '', [ONE.name]],
    ['go as text through a pooler that shares sessions among transactions (TEN-05)', '?pgbouncer=true', []],
  ])('%s', async (_, suffix, known) => {
    const { uow, close } = await openUnitOfWork(`${database.appUrl}${suffix}`);
    try {
      const rows = await uow.read(systemContext(newId()), async (tx) => {
        expect(await tx.query(ONE, [1])).toEqual([{ one: 1 }]);
        return tx.query<{ name: string }>('select name from pg_prepared_statements');
      });
      expect(rows.map(({ name }) => name)).toEqual(known);
    } finally {
      await close();
    }
  });
});
