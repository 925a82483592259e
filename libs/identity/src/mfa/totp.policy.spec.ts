import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { authenticatorCode } from '../../../../test/support/totp.js';
import { matchingTotpStep, otpauthUrl, toBase32, totpCode, TOTP_SECRET_BYTES, totpStepAt } from './totp.policy.js';

const secret = Buffer.from('12345678901234567890');

describe('codes', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('are those of RFC 6238, appendix B, at %d seconds', (seconds, code) => {
    expect(totpCode(secret, totpStepAt(seconds))).toBe(code);
    expect(authenticatorCode(toBase32(secret), { at: seconds * 1000 })).toBe(code);
  });

  const oathtool = spawnSync('oathtool', ['--version']).status === 0;
  (oathtool ? it : it.skip)('are those of oathtool, where it is installed (AUT-05)', () => {
    for (let i = 0; i < 20; i++) {
      const own = randomBytes(TOTP_SECRET_BYTES);
      const at = 1_700_000_000 + i * 86_400;
      const { stdout } = spawnSync('oathtool', ['--totp', '-b', toBase32(own), '--now', `@${at}`], { encoding: 'utf8' });
      expect(totpCode(own, totpStepAt(at))).toBe(stdout.trim());
    }
  });

  it('are taken for a phone that is one step off, and not for two (AUT-05)', () => {
    const step = 58_000_000;
    expect([-2, -1, 0, 1, 2].map((drift) => matchingTotpStep(secret, totpCode(secret, step + drift), step))).toEqual([
      undefined,
      step - 1,
      step,
      step + 1,
      undefined,
    ]);
  });

  it.each(['', '28708', '2870820', ' 287082', '28708२', '000000'])('are not %j', (code) => {
    expect(matchingTotpStep(secret, code, 1)).toBeUndefined();
  });
});

it('writes bytes in base32 as RFC 4648, 10', () => {
  const texts = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'];
  expect(texts.map((text) => toBase32(Buffer.from(text)))).toEqual(['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']);
});

it('puts into the QR code what apps read, whatever the address of the account has in it', () => {
  const url = new URL(otpauthUrl(secret, 'asha+test & co@bank.example'));
  expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual([
    'otpauth:',
    'totp',
    '/Tallystick:asha+test & co@bank.example',
  ]);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: 'Tallystick',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});
