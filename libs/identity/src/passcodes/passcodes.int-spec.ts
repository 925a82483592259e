import { randomBytes, randomUUID } from 'node:crypto';
import { requestContext, type DomainError } from '@tallystick/kernel';
import { Keyring, Mail, type MailOrder, type UnitOfWork } from '@tallystick/platform';
import type { DataSource } from 'typeorm';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { openTenant, accessEntities } from '../../../../test/support/identity.js';
import { linkToken, maskEmail, newPasscode, readLinkToken, type PasscodePurpose } from './passcode.policy.js';
import { Passcodes, subjectOf, userOf, type PasscodeGuess } from './passcodes.js';

const ctx = requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId: 'request-1' } as const);
const keyring = new Keyring([randomBytes(32)]);

let database: TestDatabase;
let app: { uow: UnitOfWork; close(): Promise<void> };
let owner: { dataSource: DataSource; close(): Promise<void> };
let passcodes: Passcodes;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
  passcodes = new Passcodes(app.uow, keyring, new Mail(keyring));
});
afterAll(async () => {
  for (const each of [app, owner, database]) await each?.close();
});

const person = () => subjectOf(randomUUID());
const open = (subject: string | null, purpose: PasscodePurpose = 'sensitive_action', binding?: string, destination = 'asha@bank.example') =>
  app.uow.platform(ctx, (tx) => passcodes.open(tx, { purpose, subject, destination, binding }));
const check = (guess: Partial<PasscodeGuess> & { code: string }) => passcodes.check(ctx, { purpose: 'sensitive_action', ...guess });
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'right',
    (error: DomainError) => error.definition.code,
  );
const wrongOf = (code: string): string => ((Number(code) + 1) % 1_000_000).toString().padStart(6, '0');
const age = (subject: string, interval: string) =>
  owner.dataSource.query(
    `update passcode_challenge set resend_at = resend_at - $2::interval, expires_at = expires_at - $2::interval where subject = $1`,
    [subject, interval],
  );
const redeem = async (guess: Parameters<typeof check>[0]) => {
  const right = await check(guess);
  await app.uow.platform(ctx, (tx) => passcodes.redeem(tx, right));
  return right.subject;
};

describe('a passcode', () => {
  it('works once, for whom and what it was made', async () => {
    const subject = person();
    const { challengeId, code, expiresIn, resendAfter, maskedDestination } = await open(subject);
    expect(code).toMatch(/^\d{6}$/);
    expect({ expiresIn, resendAfter, maskedDestination }).toEqual({
      expiresIn: 300,
      resendAfter: 60,
      maskedDestination: 'a***@bank.example',
    });
    expect(await codeOf(check({ challengeId, code, purpose: 'login' }))).toBe('otp_invalid');
    expect(await codeOf(check({ challengeId, code, subject: person() }))).toBe('otp_invalid');
    expect(await redeem({ subject, code })).toBe(subject);
    expect(await codeOf(check({ challengeId, code }))).toBe('otp_invalid');
  });

  it('is bound to what it confirms (C7.5)', async () => {
    const { challengeId, code } = await open(person(), 'prefund_decision', 'approve 1000.00');
    const guess = { challengeId, code, purpose: 'prefund_decision' as const };
    expect(await codeOf(check({ ...guess, binding: 'approve 9000.00' }))).toBe('otp_invalid');
    expect(await codeOf(check(guess))).toBe('otp_invalid');
    expect(await codeOf(check({ ...guess, binding: 'approve 1000.00' }))).toBe('right');
  });

  it('bears five wrong codes, then not even the right one', async () => {
    const { challengeId, code } = await open(person());
    for (let n = 0; n < 5; n++) expect(await codeOf(check({ challengeId, code: wrongOf(code) }))).toBe('otp_invalid');
    const refusal = await check({ challengeId, code }).catch((error: DomainError) => error);
    expect(refusal).toMatchObject({ definition: { code: 'otp_attempts_exceeded', kind: 'throttled' } });
    expect((refusal as DomainError).details.retryAfter).toBeGreaterThan(50);
  });

  it('counts wrong codes exactly when two hundred come at once', async () => {
    const { challengeId, code } = await open(person());
    const said = await Promise.all(Array.from({ length: 200 }, () => codeOf(check({ challengeId, code: wrongOf(code) }))));
    expect(said.filter((each) => each === 'otp_invalid')).toHaveLength(5);
    expect(said.filter((each) => each === 'otp_attempts_exceeded')).toHaveLength(195);
    const [{ attempts }] = await owner.dataSource.query('select attempts from passcode_challenge where id = $1', [challengeId]);
    expect(attempts).toBe(5);
  });

  it('is used up by one of many who have it right at once', async () => {
    const { challengeId, code } = await open(person());
    const said = await Promise.all(Array.from({ length: 20 }, () => codeOf(redeem({ challengeId, code }))));
    expect(said.filter((each) => each === 'right')).toHaveLength(1);
    expect(said.filter((each) => each === 'otp_invalid')).toHaveLength(19);
  });

  it('is not used up when what it allows is undone', async () => {
    const { challengeId, code } = await open(person());
    const right = await check({ challengeId, code });
    const undone = app.uow.platform(ctx, async (tx) => {
      await passcodes.redeem(tx, right);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await codeOf(redeem({ challengeId, code }))).toBe('right');
  });

  it('expires', async () => {
    const subject = person();
    const { challengeId, code } = await open(subject);
    const right = await check({ challengeId, code });
    await age(subject, '5 minutes');
    expect(await codeOf(check({ challengeId, code }))).toBe('otp_expired');
    expect(await codeOf(app.uow.platform(ctx, (tx) => passcodes.redeem(tx, right)))).toBe('otp_invalid');
  });

  it('outlives a restart, with its count', async () => {
    const { challengeId, code } = await open(person());
    for (let n = 0; n < 4; n++) await codeOf(check({ challengeId, code: wrongOf(code) }));
    const other = await openUnitOfWork(database.appUrl);
    try {
      const restarted = new Passcodes(other.uow, keyring, new Mail(keyring));
      expect(await codeOf(restarted.check(ctx, { purpose: 'sensitive_action', challengeId, code: wrongOf(code) }))).toBe('otp_invalid');
      expect(await codeOf(restarted.check(ctx, { purpose: 'sensitive_action', challengeId, code }))).toBe('otp_attempts_exceeded');
    } finally {
      await other.close();
    }
  });

  it('is void once it is forgotten', async () => {
    const subject = person();
    const { challengeId, code } = await open(subject);
    await app.uow.platform(ctx, (tx) => passcodes.forget(tx, subject, ['sensitive_action']));
    expect(await codeOf(check({ challengeId, code }))).toBe('otp_invalid');
  });

  it('works in a transaction of a tenant as well', async () => {
    const tenant = await openTenant(app.uow);
    const { challengeId, code } = await app.uow.run(tenant, (tx) =>
      passcodes.open(tx, { purpose: 'member_login', subject: `member/${tenant.tenantId}/1`, destination: 'asha@bank.example' }),
    );
    const right = await passcodes.check(tenant, { purpose: 'member_login', challengeId, code });
    await app.uow.run(tenant, (tx) => passcodes.redeem(tx, right));
    expect(right.subject).toBe(`member/${tenant.tenantId}/1`);
  });
});

describe('asking again', () => {
  it('is refused for a minute, by one clock for requests at the same time', async () => {
    const subject = person();
    const said = await Promise.all(Array.from({ length: 10 }, () => codeOf(open(subject))));
    expect(said.filter((each) => each === 'right')).toHaveLength(1);
    const refusal = await open(subject).catch((error: DomainError) => error);
    expect(refusal).toMatchObject({ definition: { code: 'throttled' } });
    expect((refusal as DomainError).details.retryAfter).toBeGreaterThan(50);
  });

  it('voids what was sent before', async () => {
    const subject = person();
    const first = await open(subject);
    await age(subject, '1 minute');
    const second = await open(subject);
    expect(await codeOf(check({ challengeId: first.challengeId, code: first.code }))).toBe('otp_invalid');
    expect(await codeOf(check({ challengeId: second.challengeId, code: second.code }))).toBe('right');
    expect(await codeOf(check({ subject, code: first.code }))).toBe(first.code === second.code ? 'right' : 'otp_invalid');
  });

  it('takes longer and longer without a success, so that nobody guesses one after another', async () => {
    const subject = person();
    const delays: number[] = [];
    for (let n = 0; n < 9; n++) {
      delays.push((await open(subject)).resendAfter);
      await age(subject, '6 hours');
    }
    expect(delays).toEqual([60, 60, 60, 60, 60, 120, 240, 480, 960]);
  });

  it('begins anew after a success', async () => {
    const subject = person();
    const first = await open(subject);
    await redeem({ subject, code: first.code });
    expect((await open(subject)).resendAfter).toBe(60);
  });

  it('is the same for nobody: told apart by nothing, and never right', async () => {
    const asked = (destination: string) => open(null, 'password_reset', undefined, destination);
    const { challengeId, code, ...told } = await asked('nobody@bank.example');
    const { challengeId: _, code: __, ...known } = await open(person(), 'password_reset', undefined, 'nobodz@bank.example');
    expect(told).toEqual(known);
    expect(await codeOf(asked('nobody@bank.example'))).toBe('throttled');
    expect(await codeOf(asked('another@bank.example'))).toBe('right');
    const right = await passcodes.check(ctx, { purpose: 'password_reset', challengeId, code });
    expect(userOf(right.subject)).toBeUndefined();
    expect(right.subject).not.toContain('bank');
  });
});

describe('what is kept', () => {
  it('is no code and no address', async () => {
    const subject = person();
    const { code } = await open(subject);
    const rows = JSON.stringify(await owner.dataSource.query('select * from passcode_challenge'));
    expect(rows).not.toContain(`"${code}"`);
    expect(rows).not.toContain('bank.example');
  });

  it('is audited without them: who asked, and each wrong code', async () => {
    const { challengeId, code } = await open(person());
    await codeOf(check({ challengeId, code: wrongOf(code) }));
    const rows = await owner.dataSource.query(
      'select act, after, outcome from platform_audit_record where target_id = $1 order by number',
      [challengeId],
    );
    expect(rows).toEqual([
      { act: 'passcode.requested', after: { purpose: 'sensitive_action', destination: 'a***@bank.example' }, outcome: 'success' },
      { act: 'passcode.refused', after: { purpose: 'sensitive_action' }, outcome: 'refused' },
    ]);
  });

  it('mails the code, sealed until then, and to nobody for nobody', async () => {
    const orders = async (): Promise<MailOrder[]> =>
      (await owner.dataSource.query(`select payload from job_outbox where name = 'send-mail' order by id desc limit 2`)).map(
        ({ payload }: { payload: MailOrder }) => payload,
      );
    const subject = person();
    await app.uow.platform(ctx, (tx) => passcodes.issue(tx, { purpose: 'verify_email', subject, destination: 'asha@bank.example' }));
    await app.uow.platform(ctx, (tx) => passcodes.issue(tx, { purpose: 'verify_email', subject: null, destination: 'asha@bank.example' }));
    const [nobody, asha] = await orders();
    expect(nobody).toMatchObject({ to: null, template: 'passcode' });
    expect(asha).toMatchObject({ to: 'asha@bank.example', template: 'passcode' });
    expect(nobody!.sealed!.length).toBe(asha!.sealed!.length);
    const { code } = new Mail(keyring).open(asha!) as { code: string };
    expect(JSON.stringify(asha)).not.toContain(code);
    expect(await codeOf(check({ purpose: 'verify_email', subject, code }))).toBe('right');
  });
});

describe('codes and links', () => {
  it('have six digits, or 256 bits behind an id', () => {
    for (let n = 0; n < 200; n++) expect(newPasscode('password_reset')).toMatch(/^\d{6}$/);
    const link = { challengeId: randomUUID(), code: newPasscode('password_reset_link') };
    expect(Buffer.from(link.code, 'base64url')).toHaveLength(32);
    expect(readLinkToken(linkToken(link))).toEqual(link);
    for (const wrong of ['', 'x', `${linkToken(link)}x`, linkToken(link).replace('.', '')]) expect(readLinkToken(wrong)).toBeUndefined();
  });

  it('go to addresses that are shown masked', () => {
    expect(['asha@bank.example', 'a@b', 'ആശ@bank.example'].map(maskEmail)).toEqual(['a***@bank.example', 'a***@b', 'ആ***@bank.example']);
  });
});
