import pg from 'pg';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { createSuperAdminCommand } from './create-super-admin-command.js';

let database: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await database?.close();
});

async function run(args: string[], env: Record<string, string> = { DATABASE_URL: database.ownerUrl }) {
  const said = { out: '', err: '' };
  const status = await createSuperAdminCommand({
    args,
    env,
    stdout: { write: (text) => void (said.out += text) },
    stderr: { write: (text) => void (said.err += text) },
  });
  return { status, ...said };
}
const waiting = async (): Promise<object[]> =>
  (await owner.query(`select email, full_name, role from platform_invitation where status = 'pending'`)).rows;

describe('npm run create-super-admin', () => {
  it('prints a token that is kept as a hash, and records what it did', async () => {
    const { status, out } = await run(['--email', 'Meera@Example.com', '--name', 'Meera Iyer'], {
      DATABASE_URL: database.ownerUrl,
      CONSOLE_URL: 'https://console.example.com/',
    });
    expect(status).toBe(0);
    const [token] = /tsi_[\w-]{64}/.exec(out)!;
    expect(out).toContain(`https://console.example.com/invitations/accept#token=${token}`);
    expect(await waiting()).toEqual([{ email: 'meera@example.com', full_name: 'Meera Iyer', role: 'super_admin' }]);
    const [{ text }] = (await owner.query('select i::text as text from platform_invitation i')).rows;
    expect(text).not.toContain(token);
    const { rows } = await owner.query('select act, actor_type, actor_id, after from platform_audit_record');
    expect(rows).toEqual([
      {
        act: 'invitation.sent',
        actor_type: 'system',
        actor_id: 'create-super-admin',
        after: { email: 'm***@example.com', role: 'super_admin' },
      },
    ]);
  });

  it('voids the token that it made before', async () => {
    expect((await run(['--email', 'meera@example.com'])).status).toBe(0);
    expect(await waiting()).toHaveLength(1);
  });

  it('refuses where somebody administers the platform, unless it is told to insist', async () => {
    await owner.query(
      `with person as (insert into user_account (id, email, password_hash, full_name)
         values (gen_random_uuid(), 'boss@example.com', '$argon2id$none', 'Boss') returning id)
       insert into platform_role (user_id, role) select id, 'super_admin' from person`,
    );
    expect(await run(['--email', 'other@example.com'])).toMatchObject({ status: 2, err: expect.stringMatching(/has a super admin/) });
    expect(await run(['--email', 'boss@example.com', '--insist'])).toMatchObject({ status: 2, err: expect.stringMatching(/already/) });
    expect(await run(['--email', 'other@example.com', '--insist'])).toMatchObject({ status: 0 });
  });

  it('says in a sentence what it needs', async () => {
    expect(await run(['--help'])).toMatchObject({ status: 0, out: expect.stringMatching(/^Invites the first super admin/) });
    expect(await run([])).toMatchObject({ status: 2, err: expect.stringMatching(/--email/) });
    expect(await run(['--email', 'nobody'])).toMatchObject({ status: 2 });
    expect(await run(['--email', 'a@b.example', '--role', 'x'])).toMatchObject({ status: 2, err: expect.stringMatching(/--help/) });
    expect(await run(['--email', 'a@b.example'], {})).toMatchObject({ status: 2, err: expect.stringMatching(/DATABASE_URL is not set/) });
    await owner.query(`update platform_role set status = 'suspended', suspended_at = now()`);
    expect(await run(['--email', 'a@b.example'], { DATABASE_URL: database.appUrl })).toMatchObject({
      status: 2,
      err: expect.stringMatching(/owner/),
    });
    const empty = await createEmptyDatabase();
    try {
      expect(await run(['--email', 'a@b.example'], { DATABASE_URL: empty.ownerUrl })).toMatchObject({
        status: 2,
        err: expect.stringMatching(/migrate/),
      });
    } finally {
      await empty.close();
    }
    expect(await run(['--email', 'a@b.example'], { DATABASE_URL: 'postgres://a:hunter2@127.0.0.1:1/x' })).toMatchObject({
      status: 2,
      err: expect.not.stringMatching(/hunter2/),
    });
  });
});
