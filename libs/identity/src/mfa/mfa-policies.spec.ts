import { readMfaCode, MFA_CODE_FORM } from './mfa-code.policy.js';
import { mfaLockSeconds } from './mfa-lock.policy.js';
import { confirmableSecrets, MFA_SETUP_SECONDS, mfaSetupAt } from './mfa-setup.policy.js';
import { newRecoveryCode, RECOVERY_CODE_FORM, recoveryCodeHash } from './recovery-code.policy.js';
import { Keyring } from '@tallystick/platform';

describe('recovery codes', () => {
  it('have 120 bits and no two alike', () => {
    const codes = Array.from({ length: 1000 }, newRecoveryCode);
    expect(new Set(codes).size).toBe(1000);
    for (const code of codes) expect(code).toMatch(RECOVERY_CODE_FORM);
    const letters = new Set(codes.join('').replaceAll('-', ''));
    expect(Math.log2(letters.size) * 24).toBe(120);
    expect(recoveryCodeHash('x')).toHaveLength(32);
  });

  it('are told from codes of an app, grouped and written as people do', () => {
    const code = newRecoveryCode();
    const recovery = code.replaceAll('-', '');
    for (const typed of [code, recovery, code.toLowerCase(), code.replaceAll('-', ' ')]) {
      expect(typed).toMatch(MFA_CODE_FORM);
      expect(readMfaCode(typed)).toEqual({ recovery });
    }
    for (const typed of ['123456', '123 456', '123-456']) {
      expect(typed).toMatch(MFA_CODE_FORM);
      expect(readMfaCode(typed)).toEqual({ totp: '123456' });
    }
    for (const typed of ['1234567', code.slice(1), `${code}A`, code.replace(/.$/, '0')]) expect(readMfaCode(typed)).toBeUndefined();
    for (const typed of ['', '12345', "1' or 1=1", '१२३४५६', 'x'.repeat(41)]) expect(typed).not.toMatch(MFA_CODE_FORM);
  });
});

it('locks twice as long each time, a day at most', () => {
  expect([0, 1, 2, 6, 7, 32_767].map(mfaLockSeconds)).toEqual([900, 1_800, 3_600, 57_600, 86_400, 86_400]);
});

describe('the secret of a set-up', () => {
  const keyring = new Keyring([Buffer.alloc(32, 1)]);
  const hmac = keyring.hmac.bind(keyring);
  const subject = { userId: 'u', sessionId: 's', generation: 0 };
  const now = 1_764_000_123;

  it('stays for a page that is loaded again, and can be confirmed until it says', () => {
    const { secret, expiresAt } = mfaSetupAt(hmac, subject, now);
    expect(secret).toHaveLength(20);
    expect(mfaSetupAt(hmac, subject, now + 1)).toEqual({ secret, expiresAt });
    const until = expiresAt.getTime() / 1000;
    expect(until - now).toBeGreaterThan(MFA_SETUP_SECONDS);
    expect(until - now).toBeLessThanOrEqual(2 * MFA_SETUP_SECONDS);
    const isConfirmable = (at: number): boolean => confirmableSecrets(hmac, subject, at).some((candidate) => candidate.equals(secret));
    expect([now, until - 1, until].map(isConfirmable)).toEqual([true, true, false]);
  });

  it('is another for every person, session, factor, time and master key', () => {
    const others = [{ userId: 'v' }, { sessionId: 't' }, { generation: 1 }].map(
      (other) => mfaSetupAt(hmac, { ...subject, ...other }, now).secret,
    );
    const another = new Keyring([Buffer.alloc(32, 2)]);
    const secrets = [
      mfaSetupAt(hmac, subject, now).secret,
      ...others,
      mfaSetupAt(hmac, subject, now + MFA_SETUP_SECONDS).secret,
      mfaSetupAt(another.hmac.bind(another), subject, now).secret,
    ];
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(6);
  });
});
