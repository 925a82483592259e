import { newId, requestContext, type DomainError } from '@tallystick/kernel';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities, identityActs, openPerson, openTenant } from '../../../../test/support/identity.js';
import { authenticatorCode, earlyInStep } from '../../../../test/support/totp.js';
import { toBase32 } from './totp.policy.js';
import { randomBytes } from 'node:crypto';

let database: TestDatabase;
let app: Awaited<ReturnType<typeof openUnitOfWork>>;
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let acts: ReturnType<typeof identityActs>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
  acts = identityActs(app.uow);
});
afterAll(async () => {
  await app?.close();
  await owner?.close();
  await database?.close();
});

/** A person with an enabled factor, as sign-in meets them: without a tenant yet. */
async function enrolled() {
  const tenant = await openTenant(app.uow);
  const { id } = await openPerson(app.uow, tenant, 'manager');
  const ctx = requestContext({ tenantId: null, actor: { type: 'user', id }, requestId: 'test-0001' } as const);
  const secret = randomBytes(20);
  const recoveryCodes = await app.uow.platform(ctx, (tx) => acts.mfaFactors.enable(tx, id, secret));
  const check = (code: string): Promise<boolean | string> =>
    app.uow.platform(ctx, (tx) => acts.mfa.check(tx, id, code)).catch((error: DomainError) => error.definition?.code ?? String(error));
  const code = (steps = 0): string => authenticatorCode(toBase32(secret), { steps });
  /** Six digits that are no code of these minutes. */
  const wrong = (): string => {
    const near = [-2, -1, 0, 1, 2].map(code);
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find((digits) => !near.includes(digits))!;
  };
  return { id, ctx, tenant, secret, recoveryCodes, check, code, wrong };
}
const rowOf = async (id: string): Promise<Record<string, unknown>> =>
  (await owner.dataSource.query('select * from mfa_factor where user_id = $1', [id]))[0];

describe('a code of the app (AUT-05)', () => {
  it('is accepted once, for this step and its neighbours, and no further', async () => {
    await earlyInStep();
    const { check, code } = await enrolled();
    expect([await check(code()), await check(code())]).toEqual([true, false]);
    expect([await check(code(-1)), await check(code(-1))]).toEqual([true, false]);
    expect([await check(code(2)), await check(code(-2))]).toEqual([false, false]);
  });

  it('is accepted from a phone that is ahead, and typed in groups', async () => {
    await earlyInStep();
    const { check, code } = await enrolled();
    expect(await check(code(1).replace(/^.../, '$& '))).toBe(true);
  });

  it('gives one success to many calls at once', async () => {
    await earlyInStep();
    const { id, check, code } = await enrolled();
    const answers = await Promise.all(Array.from({ length: 12 }, () => check(code())));
    expect(answers.filter((answer) => answer === true)).toHaveLength(1);
    expect(await rowOf(id)).toMatchObject({ used_steps: [expect.any(Number)] });
  });

  it('is none for somebody without a factor', async () => {
    const { check, code, id, ctx } = await enrolled();
    await app.uow.platform(ctx, (tx) => acts.mfaFactors.disable(tx, id));
    expect(await check(code())).toBe(false);
    expect(await app.uow.read(ctx, (tx) => acts.mfa.isEnabled(tx, id))).toBe(false);
  });
});

describe('wrong codes (AUT-05)', () => {
  it('lock the app at the fifth, counted exactly under calls at once, and let a right code in when the time is over', async () => {
    await earlyInStep(15);
    const { id, check, code, wrong } = await enrolled();
    const answers = await Promise.all(Array.from({ length: 20 }, () => check(wrong())));
    expect(answers.filter((answer) => answer === false)).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'account_locked')).toHaveLength(15);
    expect(await check(code())).toBe('account_locked');
    expect(await rowOf(id)).toMatchObject({ lockouts: 1, failures: 0 });
    const locked = await owner.dataSource.query(
      `select count(*)::int as n from platform_audit_record where act = 'mfa.locked' and target_id = $1`,
      [id],
    );
    expect(locked).toEqual([{ n: 1 }]);
    await owner.dataSource.query(`update mfa_factor set locked_until = now() where user_id = $1`, [id]);
    expect(await check(code())).toBe(true);
    expect(await rowOf(id)).toMatchObject({ lockouts: 0, failures: 0, locked_until: null });
  });

  it('lock longer each time', async () => {
    const { id, check, wrong } = await enrolled();
    const seconds: number[] = [];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5; i++) await check(wrong());
      const [row] = await owner.dataSource.query(
        'select extract(epoch from locked_until - now())::int as left from mfa_factor where user_id = $1',
        [id],
      );
      seconds.push(Math.round(row.left / 60));
      await owner.dataSource.query('update mfa_factor set locked_until = now() where user_id = $1', [id]);
    }
    expect(seconds).toEqual([15, 30, 60]);
  });

  it('say when to come back, and lock nobody else', async () => {
    await earlyInStep();
    const [one, two] = [await enrolled(), await enrolled()];
    for (let i = 0; i < 5; i++) await one.check(one.wrong());
    const refusal = app.uow.platform(one.ctx, (tx) => acts.mfa.check(tx, one.id, one.code()));
    await expect(refusal).rejects.toMatchObject({ details: { retryAfter: expect.any(Number) } });
    expect(await two.check(two.code())).toBe(true);
  });
});

describe('recovery codes (AUT-06)', () => {
  it('are ten, each accepted once, also by many calls at once', async () => {
    const { recoveryCodes, check } = await enrolled();
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first, second] = recoveryCodes as [string, string];
    expect([await check(first), await check(first)]).toEqual([true, false]);
    const answers = await Promise.all(Array.from({ length: 4 }, () => check(second.toLowerCase())));
    expect(answers.filter((answer) => answer === true)).toHaveLength(1);
  });

  it("are one person's own", async () => {
    const [one, two] = [await enrolled(), await enrolled()];
    expect(await two.check(one.recoveryCodes[0]!)).toBe(false);
  });

  it('are accepted while the app is locked, and end the lock', async () => {
    await earlyInStep();
    const { recoveryCodes, check, code, wrong } = await enrolled();
    for (let i = 0; i < 5; i++) await check(wrong());
    expect(await check(code())).toBe('account_locked');
    expect(await check(recoveryCodes[0]!)).toBe(true);
    expect(await check(code())).toBe(true);
  });

  it('are void once there are new ones', async () => {
    const { id, ctx, recoveryCodes, check } = await enrolled();
    const renewed = await app.uow.platform(ctx, (tx) => acts.mfaFactors.renewRecoveryCodes(tx, id));
    expect([await check(recoveryCodes[0]!), await check(renewed[0]!)]).toEqual([false, true]);
  });
});

describe('what the database keeps', () => {
  it('tells neither the secret nor a recovery code, and is of no use in another row', async () => {
    const [one, two] = [await enrolled(), await enrolled()];
    const texts = await owner.dataSource.query(
      `select f::text as text from mfa_factor f where user_id = $1 union all select c::text from mfa_recovery_code c where user_id = $1`,
      [one.id],
    );
    const text = JSON.stringify(texts);
    for (const secret of [toBase32(one.secret), one.secret.toString('hex'), one.secret.toString('base64url'), ...one.recoveryCodes])
      expect(text).not.toContain(secret);
    expect(texts).toHaveLength(11);
    await owner.dataSource.query('update mfa_factor set secret = (select secret from mfa_factor where user_id = $2) where user_id = $1', [
      one.id,
      two.id,
    ]);
    expect(await one.check(two.code())).toMatch(/unable to authenticate/);
  });

  it('is enough to go on after a restart', async () => {
    await earlyInStep();
    const { id, ctx, secret } = await enrolled();
    const again = await openUnitOfWork(database.appUrl, { entities: accessEntities });
    const { mfa } = identityActs(again.uow, acts.master);
    expect(await again.uow.platform(ctx, (tx) => mfa.check(tx, id, authenticatorCode(toBase32(secret))))).toBe(true);
    await again.close();
  });

  it('is not for the worker, but for removing it', async () => {
    const { id } = await enrolled();
    const worker = await openUnitOfWork(database.workerUrl);
    await expect(worker.dataSource.query('select secret from mfa_factor')).rejects.toThrow(/permission denied/);
    await expect(worker.dataSource.query('select hash from mfa_recovery_code')).rejects.toThrow(/permission denied/);
    await worker.dataSource.query('delete from mfa_factor where user_id = $1', [id]);
    await worker.close();
    expect(await owner.dataSource.query('select from mfa_recovery_code where user_id = $1', [id])).toEqual([]);
  });
});

describe('a role that requires a factor (AUT-07)', () => {
  it('is one that the tenant names, and every role of the platform', async () => {
    const tenant = await openTenant(app.uow, { mfaRequiredRoles: ['tenant_admin', 'auditor'] });
    const requires = (ctx: Parameters<typeof app.uow.read>[0], id: string, tenantId: string | null): Promise<boolean> =>
      app.uow.read(ctx, (tx) => acts.mfa.isRequired(tx, id, tenantId));
    const people = { admin: await openPerson(app.uow, tenant, 'tenant_admin'), manager: await openPerson(app.uow, tenant, 'manager') };
    const own = (id: string) => requestContext({ tenantId: null, actor: { type: 'user', id }, requestId: 'test-0001' } as const);
    expect(await requires(tenant, people.admin.id, tenant.tenantId)).toBe(true);
    expect(await requires(own(people.admin.id), people.admin.id, tenant.tenantId)).toBe(true);
    expect(await requires(tenant, people.manager.id, tenant.tenantId)).toBe(false);
    expect(await requires(own(people.manager.id), people.manager.id, null)).toBe(false);
    await owner.dataSource.query(`insert into platform_role (user_id, role) values ($1, 'internal_staff')`, [people.manager.id]);
    expect(await requires(own(people.manager.id), people.manager.id, null)).toBe(true);
    expect(await requires(own(newId()), newId(), null)).toBe(false);
  });
});
