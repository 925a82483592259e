import { randomBytes } from 'node:crypto';
import { InviteUser, type AcceptedInvitationDto, type OpenInvitationDto } from '@tallystick/identity';
import { Mail, UnitOfWork, type MailOrder } from '@tallystick/platform';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../../test/support/http-app.js';
import { openTenant } from '../../../../test/support/identity.js';
import type { Envelope } from '../../../../test/support/public-api.js';
import { PublicApiModule } from '../public-api.module.js';

let database: TestDatabase;
let app: TestApp;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => PublicApiModule.forRoot(ground), { databaseUrl: database.appUrl });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await app?.close();
  await database?.close();
});

const post = async <Data>(path: string, payload: object) => {
  const answer = await app.nest.inject({ method: 'POST', url: `/api/v1/auth/invitations/${path}`, payload });
  return { status: answer.statusCode, body: answer.json<Envelope<Data>>() };
};

it('a member accepts the invitation of a tenant here, and signs in', async () => {
  const get = <T>(token: abstract new (...args: never[]) => T): T => app.nest.get(token as never, { strict: false });
  const uow = get(UnitOfWork);
  const email = `${randomBytes(6).toString('hex')}@bank.example`;
  await uow.run(await openTenant(uow), (tx) => get(InviteUser).execute(tx, { email, fullName: 'Asha Rao', role: 'member' }));
  const [{ payload }] = (await owner.query<{ payload: MailOrder }>(`select payload from job_outbox where payload ->> 'to' = $1`, [email]))
    .rows as [{ payload: MailOrder }];
  const token = String(get(Mail).open(payload).link).split('#token=')[1]!;
  expect(await post<OpenInvitationDto>('lookup', { token })).toMatchObject({
    status: 200,
    body: { data: { email, role: 'member', account_exists: false } },
  });
  const password = 'plum gravel otter viola';
  expect(await post<AcceptedInvitationDto>('accept', { token, password })).toMatchObject({
    status: 200,
    body: { data: { account_created: true } },
  });
  const signedIn = await app.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload: { username: email, password } });
  expect(signedIn.json()).toMatchObject({ data: { user: { email, full_name: 'Asha Rao', role: 'member' } } });
  for (const path of ['lookup', 'accept'])
    expect(await post(path, { token, ...(path === 'accept' && { password }) })).toMatchObject({
      status: 400,
      body: { code: 'invitation_invalid' },
    });
});
