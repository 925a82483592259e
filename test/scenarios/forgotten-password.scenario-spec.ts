import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CONFIG, UnitOfWork, type Config } from '@tallystick/platform';
import { PublicApiModule } from '../../apps/public-api/src/public-api.module.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestApp, type TestApp } from '../support/http-app.js';
import { openPerson, openTenant } from '../support/identity.js';
import { until } from '../support/receiver.js';
import { emptyQueues, startTestWorker } from '../support/worker.js';

const PASSWORD = 'seven brown foxes under the bridge';

it('somebody who has forgotten their password gets in again by a mail, while the apps are restarted under them', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tallystick-story-'));
  let database: TestDatabase | undefined;
  let api: TestApp | undefined;
  let worker: TestApp | undefined;
  const start = (): Promise<TestApp> => startTestApp((ground) => PublicApiModule.forRoot(ground), { databaseUrl: database!.appUrl });
  const post = async (url: string, payload: object) => {
    const answer = await api!.nest.inject({ method: 'POST', url: `/api/v1/auth/${url}`, payload });
    return { status: answer.statusCode, code: answer.json<{ code: string }>().code };
  };
  const mails = async (): Promise<{ to: string; subject: string; text: string }[]> => {
    const authorization = `Bearer ${worker!.nest.get<Config>(CONFIG).opsToken}`;
    const answer = await worker!.nest.inject({ method: 'GET', url: '/ops/mail', headers: { authorization } });
    return answer.json<{ data: [] }>().data;
  };
  try {
    database = await createTestDatabase();
    await emptyQueues(database);
    api = await start();
    const uow = api.nest.get(UnitOfWork);
    const asha = await openPerson(uow, await openTenant(uow), 'member');
    const signIn = (password: string) => post('token', { username: asha.email, password });

    expect(await post('password/reset', { email: asha.email })).toEqual({ status: 202, code: 'accepted' });
    expect((await post('password/reset', { email: 'nobody@bank.example' })).status).toBe(202);
    await api.close();
    worker = await startTestWorker(database, { TALLYSTICK_DATA_DIR: dataDir });
    await until(async () => (await mails()).length === 1);
    const [mail] = await mails();
    expect(mail).toMatchObject({ to: asha.email, subject: 'Choose a new password' });
    const [, token] = /#token=(\S+)/.exec(mail!.text)!;

    api = await start();
    expect(await post('password/reset/confirm', { token, new_password: PASSWORD })).toEqual({ status: 200, code: 'success' });
    expect([await signIn(asha.password), await signIn(PASSWORD)].map(({ status }) => status)).toEqual([401, 200]);
    expect((await post('password/reset/confirm', { token, new_password: `${PASSWORD} again` })).code).toBe('otp_invalid');
    await until(async () => (await mails()).length === 2);
    expect((await mails()).map(({ subject }) => subject)).toContain('Your password was changed');
  } finally {
    await worker?.close();
    await api?.close();
    await database?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
