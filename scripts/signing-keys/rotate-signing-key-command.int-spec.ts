import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId } from '@tallystick/kernel';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { VerificationKeys } from '@tallystick/identity';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../test/support/database.js';
import { accessEntities, identityActs, openTenant } from '../../test/support/identity.js';
import { rotateSigningKeyCommand } from './rotate-signing-key-command.js';

const master = randomBytes(32);
let database: TestDatabase;
let app: Awaited<ReturnType<typeof openUnitOfWork>>;
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let acts: ReturnType<typeof identityActs>;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
  acts = identityActs(app.uow, master);
  folder = mkdtempSync(path.join(tmpdir(), 'tallystick-rotate-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app?.close();
  await owner?.close();
  await database?.close();
});

const rotate = async (args: string[] = [], env: Record<string, string> = {}) => {
  const said = { out: '', err: '' };
  const status = await rotateSigningKeyCommand({
    args,
    env: { DATABASE_URL: database.appUrl, TALLYSTICK_KEY: master.toString('base64'), ...env },
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
  });
  return { status, ...said };
};
const sign = async (): Promise<string> => {
  const ctx = await openTenant(app.uow);
  return app.uow.run(ctx, (tx) => acts.signer.sign(tx, { subject: newId(), clientId: 'tallystick', tenantId: ctx.tenantId }));
};
/** As a verifier sees them that asks now. */
const published = async () => [...(await new VerificationKeys(app.uow, acts.rotateSigningKey).published())];
const kidOf = (token: string): string => decodeProtectedHeader(token).kid!;
const verifies = async (token: string): Promise<boolean> =>
  jwtVerify(token, createLocalJWKSet({ keys: await published() })).then(
    () => true,
    () => false,
  );
const age = (minutes: number): Promise<unknown> =>
  owner.dataSource.query(
    `update signing_key set created_at = created_at - make_interval(mins => $1), retired_at = retired_at - make_interval(mins => $1)`,
    [minutes],
  );

describe('npm run rotate-signing-key (OAU-07)', () => {
  it('publishes next, current and previous, and loses no token that is out', async () => {
    const old = await sign();
    const [next] = (await published()).map(({ kid }) => kid).filter((kid) => kid !== kidOf(old));
    await age(11);
    const { status, out } = await rotate();
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`^next     [0-9a-f-]{36}\\ncurrent  ${next}\\nprevious ${kidOf(old)}\\n$`));
    const young = await sign();
    expect(kidOf(young)).toBe(next);
    expect((await published()).map(({ kid }) => kid)).toHaveLength(3);
    expect([await verifies(old), await verifies(young)]).toEqual([true, true]);
    const records = await owner.dataSource.query(
      `select actor_id, target_id, before, after from platform_audit_record where act = 'signing_key.rotated'`,
    );
    expect(records).toEqual([
      {
        actor_id: 'rotate-signing-key',
        target_id: next,
        before: { kid: kidOf(old) },
        after: { kid: next, retired_keys_forgotten: false },
      },
    ]);
  });

  it('shows private keys to nobody: not printed, and sealed where they are kept', async () => {
    await sign();
    await age(11);
    const { out, err } = await rotate();
    const rows: { private_key: string; public_jwk: object }[] = await owner.dataSource.query(
      'select private_key, public_jwk from signing_key',
    );
    for (const { private_key, public_jwk } of rows) {
      expect(private_key).toMatch(/^v1\.[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(Object.keys(public_jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      expect(out + err).not.toContain(private_key);
    }
  });

  it('keeps a retired key for eight days and no longer', async () => {
    const old = await sign();
    await age(11);
    await rotate();
    await age(8 * 24 * 60 - 1);
    expect(await verifies(old)).toBe(true);
    await age(2);
    expect(await verifies(old)).toBe(false);
  });

  it('waits until verifiers know the next key, unless told not to', async () => {
    const old = await sign();
    expect(await rotate()).toMatchObject({ status: 2, err: expect.stringContaining('ten minutes') });
    expect(kidOf(await sign())).toBe(kidOf(old));
    expect((await rotate(['--insist'])).status).toBe(0);
    expect(kidOf(await sign())).not.toBe(kidOf(old));
  });

  it('forgets a key that leaked at once', async () => {
    const old = await sign();
    expect((await rotate(['--insist', '--forget-retired'])).out).not.toContain('previous');
    expect(await verifies(old)).toBe(false);
    expect(await verifies(await sign())).toBe(true);
  });

  it('makes the first keys where there are none', async () => {
    expect((await rotate()).out).toMatch(/^next .*\ncurrent .*\n$/);
  });

  it('changes nothing with the master key of another installation, or none', async () => {
    const old = await sign();
    const other = { TALLYSTICK_KEY: randomBytes(32).toString('base64') };
    expect(await rotate(['--insist'], other)).toMatchObject({ status: 2, err: expect.stringContaining('not that of this installation') });
    expect(await rotate(['--insist'], { TALLYSTICK_KEY: '' })).toMatchObject({ status: 2, err: expect.stringContaining('TALLYSTICK_KEY') });
    expect(await rotate(['--insist'], { DATABASE_URL: database.workerUrl })).toMatchObject({
      status: 2,
      err: expect.stringContaining('may not'),
    });
    expect(await rotate(['now'])).toMatchObject({ status: 2, err: expect.stringContaining('--help') });
    expect(kidOf(await sign())).toBe(kidOf(old));
  });

  it('finds the demo by itself', async () => {
    writeFileSync(path.join(folder, 'demo.json'), JSON.stringify({ app_database_url: database.appUrl }));
    writeFileSync(path.join(folder, 'secrets.json'), JSON.stringify({ TALLYSTICK_KEY: master.toString('base64') }));
    const demo = { DATABASE_URL: '', TALLYSTICK_KEY: '', TALLYSTICK_DATA_DIR: folder };
    await sign();
    expect((await rotate(['--insist'], demo)).status).toBe(0);
    expect(await rotate([], { ...demo, TALLYSTICK_DATA_DIR: path.join(folder, 'none') })).toMatchObject({ status: 2 });
  });
});
