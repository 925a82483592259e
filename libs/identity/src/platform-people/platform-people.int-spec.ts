import { newId, requestContext } from '@tallystick/kernel';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accountErasers } from '../accounts/account-erasers.js';
import './platform-people.erasers.js';

let database: TestDatabase;
let worker: Awaited<ReturnType<typeof openUnitOfWork>>;
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = await openUnitOfWork(database.workerUrl);
  owner = await openUnitOfWork(database.ownerUrl);
});
afterAll(async () => {
  await worker?.close();
  await owner?.close();
  await database?.close();
});

const TOMBSTONE = 'erased-1@erased.invalid';

/** A super admin, and a pending and a revoked invitation to their address. */
async function person(email: string): Promise<string> {
  const id = newId();
  await owner.dataSource.query(
    `insert into user_account (id, email, password_hash, full_name) values ($1, $2, '$argon2id$none', 'Asha Rao')`,
    [id, email],
  );
  await owner.dataSource.query(`insert into platform_role (user_id, role) values ($1, 'super_admin')`, [id]);
  for (const settled of [null, 'yesterday'])
    await owner.dataSource.query(
      `insert into platform_invitation (id, email, full_name, role, token_hash, expires_at, status, settled_at)
       values ($1::uuid, $2, 'Asha Rao', 'internal_staff', sha256(($1::uuid)::text::bytea), 'tomorrow', case when $3::text is null then 'pending' else 'revoked' end, $3::timestamptz)`,
      [newId(), email, settled],
    );
  return id;
}
const erase = (userId: string, email: string): Promise<void> =>
  worker.uow.platform(
    requestContext({ tenantId: null, actor: { type: 'system' as const, id: 'test' }, requestId: 'test-0001' }),
    async (tx) => {
      for (const eraser of accountErasers().filter(({ erases }) => erases.includes('the platform')))
        await eraser.onPlatform?.(tx, { userId, email, tombstone: TOMBSTONE });
    },
  );
const left = async (userId: string) => ({
  roles: await owner.dataSource.query('select role from platform_role where user_id = $1', [userId]),
  invitations: await owner.dataSource.query('select email, full_name, status from platform_invitation order by status'),
});

it('what the platform keeps of its people goes with their account, by the worker, and not before', async () => {
  const id = await person('asha@tallystick.example');
  await erase(id, 'nobody@tallystick.example');
  expect(await left(id)).toMatchObject({
    roles: [{ role: 'super_admin' }],
    invitations: [{ full_name: 'Asha Rao' }, { full_name: 'Asha Rao' }],
  });
  await owner.dataSource.query(
    `insert into account_deletion (id, user_id, status, scheduled_for, completed_at, erased) values ($1, $2, 'completed', now(), now(), '{}')`,
    [newId(), id],
  );
  await erase(id, 'asha@tallystick.example');
  const gone = { email: TOMBSTONE, full_name: null, status: 'revoked' };
  expect(await left(id)).toEqual({ roles: [], invitations: [gone, gone] });
});
