import { randomBytes } from 'node:crypto';
import { newId, requestContext, type DomainError, type TenantContext } from '@tallystick/kernel';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities, identityActs, openPerson, openTenant } from '../../../../test/support/identity.js';
import { FindPasscodeAccount } from '../passcodes/passcode-account.query.js';
import type { PasscodePurpose } from '../passcodes/passcode.policy.js';
import { RequestPasscode } from '../passcodes/request-passcode.operation.js';
import type { TenantRole } from '../permissions.js';

const nobody = requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId: 'test-0001' } as const);

let database: TestDatabase;
let app: Awaited<ReturnType<typeof openUnitOfWork>>;
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let acts: ReturnType<typeof identityActs>;
let request: RequestPasscode;
let ctx: TenantContext;
let asha: Awaited<ReturnType<typeof openPerson>>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
  acts = identityActs(app.uow);
  request = new RequestPasscode(app.uow, acts.passcodes, new FindPasscodeAccount(), acts.mfa);
  ctx = await openTenant(app.uow);
});
beforeEach(async () => {
  asha = await openPerson(app.uow, ctx, 'member');
});
afterAll(async () => {
  for (const each of [app, owner, database]) await each?.close();
});

interface Proof {
  readonly challengeId: string;
  readonly code: string;
}
const query = async <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  (await owner.dataSource.query(sql, parameters)) as Row[];
/** Asks for a code; answers it as it stands in the mail, or a guess where no mail is sent. */
const ask = async (email = asha.email, purpose: PasscodePurpose = 'login'): Promise<Proof & { readonly isMailed: boolean }> => {
  const opened = jest.spyOn(acts.passcodes, 'open');
  const mails = () => query('select from job_outbox where payload ->> $1 = $2', ['to', email]);
  const before = (await mails()).length;
  const { challengeId } = await request.execute(nobody, { email, purpose });
  const { code } = (await opened.mock.results[0]!.value) as Proof;
  opened.mockRestore();
  return { challengeId, code, isMailed: (await mails()).length > before };
};
const wrong = ({ challengeId, code }: Proof): Proof => ({
  challengeId,
  code: ((Number(code) + 1) % 1_000_000).toString().padStart(6, '0'),
});
const enter = ({ challengeId, code }: Proof, username = asha.email, tenant?: string) =>
  acts.signIn.execute(
    { requestId: newId(), origin: { address: '192.0.2.1', userAgent: null } },
    { username, tenant, proof: { challengeId, code }, kind: 'token' },
  );
const signIn = (password: string, username = asha.email) =>
  acts.signIn.execute({ requestId: newId() }, { username, proof: { password }, kind: 'token' });
const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'signed in',
    (error: DomainError) => error.definition?.code ?? String(error),
  );
const records = (act: string, id = asha.id) =>
  query<{ after: Record<string, unknown>; actor_type: string }>(
    'select after, actor_type from audit_record where tenant_id = $1 and act = $2 and target_id = $3 order by number',
    [ctx.tenantId, act, id],
  );
const attemptsOf = async ({ challengeId }: Proof): Promise<number> =>
  (await query<{ attempts: number }>('select attempts from passcode_challenge where id = $1', [challengeId]))[0]!.attempts;

describe('a mailed code', () => {
  it('signs in, and is recorded as what it was', async () => {
    const proof = await ask();
    expect(proof.isMailed).toBe(true);
    const { user, tokens } = await enter(proof);
    expect([user.id, user.tenant?.id, tokens?.accessToken]).toEqual([asha.id, ctx.tenantId, expect.any(String)]);
    expect(await records('sign_in.succeeded')).toEqual([
      { actor_type: 'user', after: { session_id: expect.any(String), kind: 'token', way: 'passcode', second_factor: false } },
    ]);
    await signIn(asha.password);
    expect((await records('sign_in.succeeded')).at(-1)).toMatchObject({ after: { way: 'password' } });
  });

  it('signs in once, of twenty at the same moment, and locks nobody out', async () => {
    const proof = await ask();
    const said = await Promise.all(Array.from({ length: 20 }, () => told(enter(proof))));
    expect(said.filter((each) => each === 'signed in')).toHaveLength(1);
    expect(said.filter((each) => each === 'authentication_failed')).toHaveLength(19);
    expect(await query('select from user_session where user_id = $1', [asha.id])).toHaveLength(1);
    expect(await told(signIn(asha.password))).toBe('signed in');
  });

  it('is void after five wrong ones, counted exactly under forty at the same moment', async () => {
    const proof = await ask();
    const said = await Promise.all(Array.from({ length: 40 }, () => told(enter(wrong(proof)))));
    expect(new Set(said)).toEqual(new Set(['authentication_failed']));
    expect(await attemptsOf(proof)).toBe(5);
    await query('delete from sign_in_failure');
    expect(await told(enter(proof))).toBe('authentication_failed');
    expect(await told(signIn(asha.password))).toBe('signed in');
  });

  it('is counted as wrong passwords are: ten failures of either kind lock, and the right one is refused alike (AUT-04)', async () => {
    const proof = await ask();
    for (let n = 0; n < 4; n++) expect(await told(enter(wrong(proof)))).toBe('authentication_failed');
    for (let n = 0; n < 6; n++) expect(await told(signIn('wrong'))).toBe('authentication_failed');
    expect(await told(enter(proof))).toBe('authentication_failed');
    expect(await told(signIn(asha.password))).toBe('authentication_failed');
    const failed = await records('sign_in.failed');
    expect(failed.map(({ after }) => `${String(after.way)} ${String(after.reason)}`)).toEqual([
      ...Array.from({ length: 4 }, () => 'passcode wrong'),
      ...Array.from({ length: 6 }, () => 'password wrong'),
      'passcode locked',
      'password locked',
    ]);
    expect(await records('account.locked')).toHaveLength(1);
    await query('update sign_in_failure set locked_until = now() where locked_until is not null');
    // A lock does not use the code up, and a right one forgives the failures.
    expect(await told(enter(proof))).toBe('signed in');
    expect(await told(signIn(asha.password))).toBe('signed in');
  });

  it('proves the address that it went to', async () => {
    const unproved = () => query('update user_account set email_verified_at = null where id = $1', [asha.id]);
    await unproved();
    expect(await told(signIn(asha.password))).toBe('email_not_verified');
    const proof = await ask();
    expect(await told(enter(wrong(proof)))).toBe('authentication_failed');
    expect(await told(signIn(asha.password))).toBe('email_not_verified');
    expect((await enter(proof)).user.emailVerified).toBe(true);
    expect(await told(signIn(asha.password))).toBe('signed in');
    expect(await records('email.verified')).toHaveLength(1);
  });

  it('is for one person: to another, or to an address that nobody has, it is wrong', async () => {
    const ravi = await openPerson(app.uow, ctx, 'member');
    const [hers, his, nobodys] = [await ask(), await ask(ravi.email), await ask('nobody@bank.example')];
    expect(nobodys.isMailed).toBe(false);
    for (const [proof, username] of [
      [hers, ravi.email],
      [his, asha.email],
      [nobodys, asha.email],
      [hers, 'nobody@bank.example'],
      [nobodys, 'nobody@bank.example'],
    ] as const)
      expect(await told(enter(proof, username))).toBe('authentication_failed');
    // What somebody else's name was given with is no try of the person's own.
    expect(await attemptsOf(hers)).toBe(0);
    expect(await told(enter(hers))).toBe('signed in');
  });

  it('is for signing in alone, and a newer one voids it', async () => {
    expect(await told(enter(await ask(asha.email, 'password_reset')))).toBe('authentication_failed');
    const first = await ask();
    await query(`update passcode_challenge set resend_at = now() where id = $1`, [first.challengeId]);
    const second = await ask();
    expect(await told(enter(first))).toBe('authentication_failed');
    expect(await told(enter(second))).toBe('signed in');
    expect(await told(enter(second))).toBe('authentication_failed');
  });

  it('is wrong once it has expired', async () => {
    const proof = await ask();
    await query(`update passcode_challenge set expires_at = now() where id = $1`, [proof.challengeId]);
    expect(await told(enter(proof))).toBe('authentication_failed');
  });

  it.each([
    ['is disabled', () => query(`update user_account set status = 'disabled' where id = $1`, [asha.id])],
    ['belongs nowhere any more', () => query('delete from tenant_user where user_id = $1', [asha.id])],
    [
      'is suspended in the tenant',
      () => query(`update tenant_user set status = 'suspended', suspended_at = now() where user_id = $1`, [asha.id]),
    ],
  ])('opens nothing for a person who %s', async (_, change) => {
    const proof = await ask();
    await change();
    expect(await told(enter(proof))).toBe('authentication_failed');
    expect(await query('select from user_session where user_id = $1', [asha.id])).toEqual([]);
  });
});

describe('where a role requires a second factor, a mailbox is none (AUT-07)', () => {
  const strict = async (role: TenantRole) => {
    const tenant = await openTenant(app.uow, { mfaRequiredRoles: [role] });
    return { tenant, ...(await openPerson(app.uow, tenant, role)) };
  };
  const cases: [string, () => Promise<{ id: string; email: string; password: string }>][] = [
    ['in the tenant', () => strict('member')],
    [
      'on the platform',
      async () => {
        await query(`insert into platform_role (user_id, role) values ($1, 'internal_staff')`, [asha.id]);
        return asha;
      },
    ],
    [
      'in a role that the tenant made itself',
      async () => {
        await query(
          `insert into role (tenant_id, id, code, name, permissions, rank, requires_mfa) values ($1, $2, $3, 'Clerk', '{members:read}', 10, true)`,
          [ctx.tenantId, newId(), `clerk_${randomBytes(3).toString('hex')}`],
        );
        await query(
          `update tenant_user set role = (select code from role where tenant_id = $1 order by id desc limit 1) where user_id = $2`,
          [ctx.tenantId, asha.id],
        );
        return asha;
      },
    ],
    [
      'in another tenant than that which is signed in to',
      async () => {
        const { tenant } = await strict('manager');
        await query(`insert into tenant_user (tenant_id, user_id, role) values ($1, $2, 'manager')`, [tenant.tenantId, asha.id]);
        return asha;
      },
    ],
  ];

  it.each(cases)('%s: no code is mailed, and none is right', async (_, open) => {
    const person = await open();
    const proof = await ask(person.email);
    expect(proof.isMailed).toBe(false);
    for (const tried of [proof, wrong(proof)]) expect(await told(enter(tried, person.email))).toBe('authentication_failed');
    expect(await told(signIn(person.password, person.email))).toBe('signed in');
  });

  it.each(cases.slice(1))('%s: one that was mailed before is wrong from then on', async (_, change) => {
    const proof = await ask();
    expect(proof.isMailed).toBe(true);
    await change();
    expect(await told(enter(proof))).toBe('authentication_failed');
    expect(await query('select from user_session where user_id = $1', [asha.id])).toEqual([]);
  });
});

describe('what the answers tell (AUT-03)', () => {
  it('takes as long for everybody, and hashes no password', async () => {
    const strict = await openTenant(app.uow, { mfaRequiredRoles: ['member'] });
    const admin = await openPerson(app.uow, strict, 'member');
    const people = { known: asha.email, unknown: 'nobody-here@bank.example', required: admin.email };
    const proofs = new Map<string, Proof>();
    for (const email of Object.values(people)) proofs.set(email, wrong(await ask(email)));
    const verify = jest.spyOn(acts.passwords, 'verify');
    const samples: Record<string, number[]> = { known: [], unknown: [], required: [] };
    for (let round = 0; round < 50; round++) {
      for (const [name, email] of Object.entries(people)) {
        const since = performance.now();
        await told(enter(proofs.get(email)!, email));
        samples[name]!.push(performance.now() - since);
        // None may come to a lock while it is measured.
        await query('delete from sign_in_failure');
        await query('update passcode_challenge set attempts = 0');
      }
    }
    expect(verify).not.toHaveBeenCalled();
    verify.mockRestore();
    const medians = Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, all.sort((a, b) => a - b)[25]!]));
    process.stdout.write(`medians of a refused code, in ms: ${JSON.stringify(medians)}\n`);
    expect(Math.max(...Object.values(medians)) / Math.min(...Object.values(medians))).toBeLessThan(1.6);
  });
});
