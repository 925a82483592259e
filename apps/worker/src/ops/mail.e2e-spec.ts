import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requestContext, type TenantContext } from '@tallystick/kernel';
import { CONFIG, Mail, sendMail, UnitOfWork, type Config } from '@tallystick/platform';
import PostalMime from 'postal-mime';
import type { DataSource } from 'typeorm';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import type { TestApp } from '../../../../test/support/http-app.js';
import { accessEntities, openTenant } from '../../../../test/support/identity.js';
import { MailServer } from '../../../../test/support/mail-server.js';
import { until } from '../../../../test/support/receiver.js';
import { emptyQueues, startTestWorker } from '../../../../test/support/worker.js';

const platform = requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId: 'request-1' } as const);
const LINK = 'https://console.example.com/reset-password#token=top.secret_value';

let database: TestDatabase;
let app: { uow: UnitOfWork; close(): Promise<void> };
let owner: { dataSource: DataSource; close(): Promise<void> };
let ctx: TenantContext;
let worker: TestApp;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await emptyQueues(database);
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
  ctx = await openTenant(app.uow);
  dataDir = mkdtempSync(path.join(tmpdir(), 'tallystick-mail-'));
});
afterAll(async () => {
  for (const each of [app, owner, database]) await each?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Asks for the mail of a link, from no tenant, as the request for a new password does. */
const askFor = (to: string | null, name = 'Asha Rao') =>
  app.uow.platform(platform, async (tx) =>
    worker.nest.get(Mail).send(tx, {
      to,
      template: 'password-reset',
      data: { name, minutes: 30 },
      secrets: { link: LINK },
    }),
  );
const jobs = (): Promise<{ id: string; failure: string | null; parked: boolean; attempts: number }[]> =>
  owner.dataSource.query('select id, failure, failed_at is not null as parked, attempts from job_outbox order by id');
const untilDone = () => until(async () => (await jobs()).length === 0);

describe('with a mail server', () => {
  let server: MailServer;
  beforeAll(async () => {
    server = await new MailServer().open();
    worker = await startTestWorker(database, {
      SMTP_URL: server.url,
      MAIL_FROM: 'Points <no-reply@points.example>',
      TALLYSTICK_DATA_DIR: dataDir,
    });
  });
  beforeEach(() => {
    server.mails.length = 0;
    server.answer = () => undefined;
  });
  afterAll(async () => {
    await worker?.close();
    await server?.close();
  });

  it('sends a mail in text and HTML that a transaction without a tenant asked for', async () => {
    await askFor('asha@bank.example');
    await untilDone();
    const [mail] = await server.read();
    expect(server.mails[0]).toMatchObject({ from: 'no-reply@points.example', to: ['asha@bank.example'] });
    expect(mail).toMatchObject({
      from: { name: 'Points', address: 'no-reply@points.example' },
      to: [{ address: 'asha@bank.example' }],
      subject: 'Choose a new password',
      messageId: expect.stringMatching(/^<[0-9a-f-]{36}@points\.example>$/),
    });
    expect(mail!.text).toContain(LINK);
    expect(mail!.html).toContain(`href="${LINK.replaceAll('=', '&#x3D;')}"`);
    expect(existsSync(path.join(dataDir, 'mail'))).toBe(false);
  });

  it('sends one that a tenant asked for', async () => {
    await app.uow.run(ctx, async (tx) =>
      tx.enqueue(sendMail, {
        to: 'asha@bank.example',
        template: 'password-changed',
        data: { name: 'Asha Rao', when: '2026-03-31T18:29:59Z' },
      }),
    );
    await untilDone();
    expect((await server.read()).map(({ subject }) => subject)).toEqual(['Your password was changed']);
  });

  it('sends one of a tenant in the name that the tenant wants, from the address of the installation', async () => {
    const named = await openTenant(app.uow);
    await owner.dataSource.query('insert into tenant_branding (tenant_id, email_from_name) values ($1, $2)', [
      named.tenantId,
      'Größe Bank, Rewards',
    ]);
    await app.uow.run(named, async (tx) =>
      tx.enqueue(sendMail, {
        to: 'asha@bank.example',
        template: 'password-changed',
        data: { name: 'Asha Rao', when: '2026-03-31T18:29:59Z' },
      }),
    );
    await untilDone();
    expect((await server.read()).map(({ from }) => from)).toEqual([{ name: 'Größe Bank, Rewards', address: 'no-reply@points.example' }]);
  });

  it('sends nothing to nobody', async () => {
    await askFor(null);
    await askFor('asha@bank.example');
    await untilDone();
    expect(server.mails).toHaveLength(1);
  });

  it('keeps the secret out of tables and logs, and lets no API read the mails of the platform', async () => {
    server.answer = (command) => (command === 'MAIL' ? '451 later' : undefined);
    await askFor('asha@bank.example');
    await until(async () => (await jobs())[0]?.failure !== null);
    const tables = JSON.stringify(await owner.dataSource.query('select * from job_outbox'));
    expect(tables).not.toContain('top.secret_value');
    expect(await app.uow.platform(platform, (tx) => tx.query('select * from job_outbox'))).toEqual([]);
    await expect(
      app.uow.run(ctx, (tx) =>
        tx.query(`insert into job_outbox (tenant_id, id, name, payload, request_id)
          values ('00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'send-mail', '{}', 'x')`),
      ),
    ).rejects.toThrow(/row-level security/);
    server.answer = () => undefined;
    await untilDone();
    const log = JSON.stringify(worker.ground.log);
    for (const secret of ['top.secret_value', 'asha@bank.example']) expect(log).not.toContain(secret);
  });

  it('tries again under the same message id when the server is busy or hangs up (EML-01)', async () => {
    const faults: (string | null)[] = ['451 4.3.0 busy', null, '421 bye'];
    server.answer = (command) => (command === 'RCPT' ? faults.shift() : undefined);
    await askFor('asha@bank.example');
    const id = (await jobs())[0]!.id;
    await until(async () => (await jobs()).length === 0, 60_000);
    expect(server.mails).toHaveLength(1);
    expect((await server.read())[0]!.messageId).toBe(`<${id}@points.example>`);
  });

  it('sends the same message id again when it never heard that the mail was taken', async () => {
    const faults = [null];
    server.answer = (command) => (command === 'END' ? faults.shift() : undefined);
    await askFor('asha@bank.example');
    await untilDone();
    const ids = (await server.read()).map(({ messageId }) => messageId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('gives up at once when the server refuses for good, and says so without the address', async () => {
    server.answer = (command) => (command === 'RCPT' ? '550 5.1.1 <asha@bank.example> unknown' : undefined);
    await askFor('asha@bank.example');
    await until(async () => (await jobs())[0]?.parked === true);
    expect(await jobs()).toEqual([
      expect.objectContaining({ attempts: 1, failure: 'HopelessJob: the mail server refuses this mail with 550' }),
    ]);
    await owner.dataSource.query('delete from job_outbox');
  });

  it('cannot be made to add a header or another address', async () => {
    await askFor('asha@bank.example', 'Asha\r\nBcc: victim@example.com\r\n\r\nHello');
    await askFor('a,b@bank.example');
    await untilDone();
    expect(server.mails.map(({ to }) => to.length)).toEqual([1, 1]);
    expect((await server.read()).map(({ headers }) => headers.some(({ key }) => key === 'bcc'))).toEqual([false, false]);
  });

  it('has no list of mails', async () => {
    const authorization = `Bearer ${worker.nest.get<Config>(CONFIG).opsToken}`;
    expect((await worker.nest.inject({ method: 'GET', url: '/ops/mail', headers: { authorization } })).statusCode).toBe(404);
  });
});

describe('without a mail server', () => {
  beforeAll(async () => {
    worker = await startTestWorker(database, { TALLYSTICK_DATA_DIR: dataDir });
  });
  afterAll(() => worker?.close());

  const list = (authorization?: string) =>
    worker.nest.inject({ method: 'GET', url: '/ops/mail', headers: authorization ? { authorization } : {} });

  it('leaves mails in files for their owner alone, and lists them to operators', async () => {
    const authorization = `Bearer ${worker.nest.get<Config>(CONFIG).opsToken}`;
    expect((await list(authorization)).json()).toMatchObject({ status_code: 200, data: [] });
    await askFor('asha@bank.example');
    await untilDone();
    const folder = path.join(dataDir, 'mail');
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.eml'));
    expect(statSync(path.join(folder, file!)).mode & 0o777).toBe(0o600);
    expect(await PostalMime.parse(readFileSync(path.join(folder, file!)))).toMatchObject({
      to: [{ address: 'asha@bank.example' }],
      subject: 'Choose a new password',
      text: expect.stringContaining(LINK),
    });
    expect((await list(authorization)).json()).toMatchObject({
      data: [
        { id: file!.replace('.eml', ''), to: 'asha@bank.example', subject: 'Choose a new password', text: expect.stringContaining(LINK) },
      ],
    });
    expect((await list()).statusCode).toBe(401);
    expect((await list('Bearer wrong')).statusCode).toBe(401);
  });
});
