import { randomBytes } from 'node:crypto';
import { newId, requestContext, type DomainError, type TenantContext } from '@tallystick/kernel';
import { hash } from '@node-rs/argon2';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities, identityActs, openPerson, openTenant } from '../../../../test/support/identity.js';
import { authenticatorCode, earlyInStep } from '../../../../test/support/totp.js';
import { toBase32 } from '../mfa/totp.policy.js';
import { SignInFailures } from './sign-in-failures.js';
import type { SignedIn } from './sign-in.operation.js';

const nobody = requestContext({ tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'test-0001' } as const);

let database: TestDatabase;
let app: Awaited<ReturnType<typeof openUnitOfWork>>;
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
let acts: ReturnType<typeof identityActs>;
let ctx: TenantContext;
let asha: Awaited<ReturnType<typeof openPerson>>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
  acts = identityActs(app.uow);
  ctx = await openTenant(app.uow);
});
beforeEach(async () => {
  asha = await openPerson(app.uow, ctx, 'support');
});
afterAll(async () => {
  await app?.close();
  await owner?.close();
  await database?.close();
});

interface From {
  readonly address?: string;
  readonly device?: string;
}
const signIn = (username: string, password: string, { address = '192.0.2.1', device }: From = {}): Promise<SignedIn> =>
  acts.signIn.execute(
    { requestId: newId(), origin: { address, userAgent: null }, device },
    { username, proof: { password }, kind: 'token' },
  );
const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'signed in',
    (error: DomainError) => error.definition?.code ?? String(error),
  );
const fail = async (times: number, username = asha.email, from: From = {}): Promise<void> => {
  for (let i = 0; i < times; i++) expect(await told(signIn(username, 'wrong', from))).toBe('authentication_failed');
};
const query = async <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  (await owner.dataSource.query(sql, parameters)) as Row[];
const actsOf = async (id: string): Promise<Record<string, number>> => {
  const rows = await query<{ act: string; count: number }>(
    'select act, count(*)::int as count from audit_record where tenant_id = $1 and target_id = $2 group by act',
    [ctx.tenantId, id],
  );
  return Object.fromEntries(rows.map(({ act, count }) => [act, count]));
};
/** Lets the time of all locks be over. */
const wait = () => query(`update sign_in_failure set locked_until = now() where locked_until is not null`);

describe('a sign-in beside a change of the account', () => {
  const changedMeanwhile = async (sql: string): Promise<string> => {
    const verify = acts.passwords.verify.bind(acts.passwords);
    const looked = jest.spyOn(acts.passwords, 'verify').mockImplementationOnce(async (...given) => {
      const right = await verify(...given);
      await query(sql, [asha.id]);
      return right;
    });
    const answer = await told(signIn(asha.email, asha.password));
    looked.mockRestore();
    return answer;
  };

  it.each([
    ['its password was changed', `update user_account set password_hash = password_hash || 'x' where id = $1`],
    ['it was disabled', `update user_account set status = 'disabled' where id = $1`],
  ])('opens no session when %s after the password was looked at', async (_, sql) => {
    expect(await changedMeanwhile(sql)).toBe('authentication_failed');
    expect(await query('select 1 from user_session where user_id = $1', [asha.id])).toEqual([]);
  });
});

describe('too many wrong passwords (AUT-04)', () => {
  it('lock once, of 200 at the same moment, and no other account', async () => {
    const ravi = await openPerson(app.uow, ctx, 'support');
    const answers = await Promise.all(Array.from({ length: 200 }, () => told(signIn(asha.email, 'wrong', { address: '192.0.2.200' }))));
    expect(new Set(answers)).toEqual(new Set(['authentication_failed']));
    expect(await actsOf(asha.id)).toEqual({ 'account.locked': 1, 'sign_in.failed': 200 });
    const locked = await query<{ lockouts: number }>('select lockouts from sign_in_failure where locked_until > now()');
    expect(locked).toEqual([{ lockouts: 1 }]);
    expect(await told(signIn(asha.email, asha.password, { address: '192.0.2.201' }))).toBe('authentication_failed');
    const mails = await query(`select payload -> 'data' ->> 'minutes' as minutes from job_outbox where payload ->> 'to' = $1`, [
      asha.email,
    ]);
    expect(mails).toEqual([{ minutes: '5' }]);
    expect(await told(signIn(ravi.email, ravi.password, { address: '192.0.2.200' }))).toBe('signed in');
  });

  it('decide for no more than ten guesses, however many come at once and whichever is right', async () => {
    const guesses = Array.from({ length: 40 }, (_, i) => (i === 39 ? asha.password : 'wrong'));
    for (let i = 0; i < 10; i++) await told(signIn(asha.email, 'wrong'));
    expect(new Set(await Promise.all(guesses.map((guess) => told(signIn(asha.email, guess)))))).toEqual(new Set(['authentication_failed']));
  });

  it('are forgiven by the right one, and by time', async () => {
    await fail(9);
    expect(await told(signIn(asha.email, asha.password))).toBe('signed in');
    await fail(9);
    expect(await told(signIn(asha.email, asha.password))).toBe('signed in');
    await fail(10);
    expect(await told(signIn(asha.email, asha.password))).toBe('authentication_failed');
    await wait();
    expect(await told(signIn(asha.email, asha.password))).toBe('signed in');
  });

  it('lock for longer each time', async () => {
    const seconds: number[] = [];
    for (let round = 0; round < 3; round++) {
      await fail(10);
      const [row] = await query<{ seconds: number }>(
        `select extract(epoch from locked_until - failed_at)::int as seconds from sign_in_failure where locked_until > now() order by failed_at desc limit 1`,
      );
      seconds.push(row!.seconds);
      await wait();
    }
    expect(seconds).toEqual([300, 600, 1_200]);
  });

  it('keep out neither the owner on a device that is known, nor the owner after a reset', async () => {
    const { device } = await signIn(asha.email, asha.password);
    await fail(10);
    expect(await told(signIn(asha.email, asha.password))).toBe('authentication_failed');
    expect(await told(signIn(asha.email, asha.password, { device }))).toBe('signed in');
    // The strangers' lock is still there, and a mark is worth nothing to anybody else.
    expect(await told(signIn(asha.email, asha.password))).toBe('authentication_failed');
    const ravi = await openPerson(app.uow, ctx, 'support');
    const { device: his } = await signIn(ravi.email, ravi.password);
    expect(await told(signIn(asha.email, asha.password, { device: his }))).toBe('authentication_failed');
    expect(await told(signIn(asha.email, asha.password, { device: `${device!.slice(0, 25)}${'A'.repeat(43)}` }))).toBe(
      'authentication_failed',
    );
    await app.uow.platform(nobody, (tx) => new SignInFailures(acts.keyring).forgive(tx, asha.email));
    expect(await told(signIn(asha.email, asha.password))).toBe('signed in');
  });

  it('lock a known device by itself', async () => {
    const { device } = await signIn(asha.email, asha.password);
    await fail(10, asha.email, { device });
    expect(await told(signIn(asha.email, asha.password, { device }))).toBe('authentication_failed');
    expect(await told(signIn(asha.email, asha.password))).toBe('signed in');
  });

  it('lock an address that tries many accounts, but not its known devices', async () => {
    const { device } = await signIn(asha.email, asha.password, { address: '198.51.100.1' });
    await query(`insert into sign_in_failure (key, failures, lockouts, failed_at) values ($1, 298, 0, now())`, [
      acts.keyring.hmac('failed sign-in', 'address/198.51.100.9'),
    ]);
    const from = { address: '198.51.100.9' };
    await fail(1, 'one@bank.example', from);
    expect(await told(signIn(asha.email, asha.password, from))).toBe('signed in');
    await fail(1, 'two@bank.example', from);
    expect(await told(signIn(asha.email, asha.password, from))).toBe('authentication_failed');
    expect(await told(signIn(asha.email, asha.password, { ...from, device }))).toBe('signed in');
    expect(await told(signIn(asha.email, asha.password, { address: '198.51.100.10' }))).toBe('signed in');
  });

  it('are counted alike for accounts that do not exist, and tell nobody who they were', async () => {
    const [before] = await query<{ count: number }>('select count(*)::int from sign_in_failure');
    await fail(10, 'nobody-at-all@bank.example', { address: '203.0.113.5' });
    const rows = await query<{ count: number }>('select count(*)::int from sign_in_failure');
    expect(rows[0]!.count - before!.count).toBe(2);
    const [{ text }] = (await query(`select string_agg(f::text, ' ') as text from sign_in_failure f`)) as [{ text: string }];
    expect(text).not.toContain('nobody');
    const [record] = await query<{ after: { username: string } }>(
      `select after from platform_audit_record where act = 'sign_in.failed' order by number desc limit 1`,
    );
    expect(record!.after).toMatchObject({ username: 'n***@bank.example' });
  });
});

describe('what the answers tell (AUT-03)', () => {
  it('is the same work for everybody: one check of a hash', async () => {
    const locked = await openPerson(app.uow, ctx, 'support');
    await fail(10, locked.email);
    const verify = jest.spyOn(acts.passwords, 'verify');
    for (const [username, password] of [
      ['unknown@bank.example', 'wrong'],
      [asha.email, 'wrong'],
      [locked.email, 'wrong'],
      [locked.email, locked.password],
    ] as const) {
      verify.mockClear();
      expect(await told(signIn(username, password))).toBe('authentication_failed');
      expect(verify).toHaveBeenCalledTimes(1);
    }
    verify.mockRestore();
  });

  it('takes as long for everybody', async () => {
    const people = { unknown: 'nobody-here@bank.example', wrong: asha.email, locked: (await openPerson(app.uow, ctx, 'support')).email };
    await fail(10, people.locked);
    const samples: Record<string, number[]> = { unknown: [], wrong: [], locked: [] };
    for (let round = 0; round < 40; round++) {
      for (const [name, email] of Object.entries(people)) {
        const since = performance.now();
        await told(signIn(email, 'wrong', { address: `198.18.${round}.1` }));
        samples[name]!.push(performance.now() - since);
        // Neither may come to its own lock while it is measured.
        if (name !== 'locked') await query('delete from sign_in_failure where locked_until is null');
      }
    }
    const medians = Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, all.sort((a, b) => a - b)[20]!]));
    process.stdout.write(`medians of a refused sign-in, in ms: ${JSON.stringify(medians)}\n`);
    expect(Math.max(...Object.values(medians)) / Math.min(...Object.values(medians))).toBeLessThan(1.6);
  });
});

describe('signing in', () => {
  it('asks for the second factor once the password is right, and takes each code once', async () => {
    const { code, wrong } = await secondFactor(asha.id);
    const withCode = (mfaCode?: string, password = asha.password) =>
      acts.signIn.execute({ requestId: newId() }, { username: asha.email, proof: { password }, mfaCode, kind: 'token' });
    expect(await told(withCode())).toBe('mfa_required');
    expect(await told(withCode(code, 'wrong'))).toBe('authentication_failed');
    expect(await told(withCode(wrong))).toBe('mfa_invalid');
    expect(await told(withCode(code))).toBe('signed in');
    expect(await told(withCode(code))).toBe('mfa_invalid');
    const [session] = await query<{ mfa_passed: boolean }>('select mfa_passed from user_session where user_id = $1', [asha.id]);
    expect(session).toEqual({ mfa_passed: true });
    expect(await actsOf(asha.id)).toMatchObject({ 'sign_in.challenged': 1, 'sign_in.failed': 3, 'sign_in.succeeded': 1 });
  });

  it('makes a weaker hash stronger, which still takes the same password (AUT-02)', async () => {
    const weak = await hash(asha.password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await query('update user_account set password_hash = $2 where id = $1', [asha.id, weak]);
    expect(await told(signIn(asha.email, 'wrong'))).toBe('authentication_failed');
    const stored = async () =>
      (await query<{ password_hash: string }>('select password_hash from user_account where id = $1', [asha.id]))[0]!.password_hash;
    expect(await stored()).toBe(weak);
    expect(await told(signIn(asha.email, asha.password))).toBe('signed in');
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await told(signIn(asha.email, asha.password))).toBe('signed in');
  });

  it('is not slowed down for fifty who come at once', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => openPerson(app.uow, ctx, 'support')));
    const all = Array.from({ length: 50 }, (_, i) => people[i % 10]!);
    let [last, worst] = [performance.now(), 0];
    const pulse = setInterval(() => {
      const now = performance.now();
      [worst, last] = [Math.max(worst, now - last), now];
    }, 10);
    const answers = await Promise.all(all.map(({ email, password }) => told(signIn(email, password))));
    clearInterval(pulse);
    expect(new Set(answers)).toEqual(new Set(['signed in']));
    process.stdout.write(`longest stall of the event loop under 50 sign-ins, in ms: ${Math.round(worst)}\n`);
    expect(worst).toBeLessThan(500);
  });
});

/** Gives a person a second factor; answers a code that is right now, and one that is not. */
async function secondFactor(userId: string): Promise<{ code: string; wrong: string }> {
  await earlyInStep();
  const secret = randomBytes(20);
  const person = requestContext({ tenantId: null, actor: { type: 'user', id: userId }, requestId: newId() } as const);
  await app.uow.platform(person, (tx) => acts.mfaFactors.enable(tx, userId, secret));
  const near = [-1, 0, 1].map((steps) => authenticatorCode(toBase32(secret), { steps }));
  return { code: near[1]!, wrong: ['000000', '111111', '222222', '333333'].find((digits) => !near.includes(digits))! };
}
