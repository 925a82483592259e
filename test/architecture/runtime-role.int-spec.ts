import { assertRuntimeRole, createDataSource } from '@tallystick/platform';
import { requestContext } from '@tallystick/kernel';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

describe('the role that the apps sign in as (TEN-02, LED-11)', () => {
  const asserting = async (url: string, durable: boolean): Promise<string | undefined> => {
    const dataSource = await createDataSource({ url }).initialize();
    try {
      return await assertRuntimeRole(dataSource, { durable }).then(
        () => undefined,
        (error: Error) => error.message,
      );
    } finally {
      await dataSource.destroy();
    }
  };

  it('accepts the login roles of the APIs and the worker', async () => {
    expect(await asserting(database.appUrl, false)).toBeUndefined();
    expect(await asserting(database.workerUrl, false)).toBeUndefined();
  });

  it('refuses a superuser', async () => {
    expect(await asserting(database.ownerUrl, false)).toMatch(/postgres is a superuser/);
  });

  it('refuses a role that owns a table or bypasses row-level security', async () => {
    const owner = await createDataSource({ url: database.ownerUrl }).initialize();
    const url = new URL(database.ownerUrl);
    url.username = 'half_trusted';
    try {
      await owner.query(`create role half_trusted login password 'test'`);
      await owner.query('create table public.of_half_trusted (id int)');
      await owner.query('alter table public.of_half_trusted owner to half_trusted');
      expect(await asserting(url.href, false)).toMatch(/owns the table of_half_trusted/);
      await owner.query('drop table public.of_half_trusted');
      await owner.query('alter role half_trusted bypassrls');
      expect(await asserting(url.href, false)).toMatch(/bypasses row-level security/);
    } finally {
      await owner.query('drop role if exists half_trusted');
      await owner.destroy();
    }
  });

  it('refuses a server without durability when it must be durable', async () => {
    expect(await asserting(database.appUrl, true)).toMatch(/fsync = off/);
  });

  it('survives the end of a connection in use (OPS-07)', async () => {
    const { uow, close } = await openUnitOfWork(database.appUrl, { poolSize: 1 });
    const owner = await createDataSource({ url: database.ownerUrl, poolSize: 1 }).initialize();
    const ctx = requestContext({ tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'request-1' });
    try {
      await expect(
        uow.platform(ctx, async (tx) => {
          const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
          await owner.query('select pg_terminate_backend($1)', [row?.pid]);
          await tx.query('select pg_sleep(1)');
        }),
      ).rejects.toMatchObject({ definition: { code: 'service_unavailable' } });
      await expect(uow.platform(ctx, (tx) => tx.query('select 1 as one'))).resolves.toEqual([{ one: 1 }]);
    } finally {
      await close();
      await owner.destroy();
    }
  });
});
