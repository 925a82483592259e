import { randomBytes } from 'node:crypto';
import { Keyring } from './keyring.js';

const master = randomBytes(32);
const keyring = new Keyring([master]);

describe('Keyring', () => {
  it('gives back what was sealed, text or bytes, and never the same text twice', () => {
    const sealed = keyring.encrypt('नमस्ते', 'member/1/name');
    expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]+$/);
    expect(keyring.decrypt(sealed, 'member/1/name').toString('utf8')).toBe('नमस्ते');
    expect(keyring.encrypt('नमस्ते', 'member/1/name')).not.toBe(sealed);
    const bytes = randomBytes(100);
    expect(keyring.decrypt(keyring.encrypt(bytes, 'a'), 'a')).toEqual(bytes);
    expect(keyring.decrypt(keyring.encrypt('', 'a'), 'a')).toHaveLength(0);
  });

  it('refuses a value that was moved to another row', () => {
    expect(() => keyring.decrypt(keyring.encrypt('secret', 'member/1/pan'), 'member/2/pan')).toThrow();
  });

  it('refuses a value of which any part was changed or cut', () => {
    const parts = keyring.encrypt('secret', 'a').split('.');
    const flip = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    for (const index of [0, 1, 2, 3]) {
      expect(() => keyring.decrypt(parts.map((part, at) => (at === index ? flip(part) : part)).join('.'), 'a')).toThrow();
    }
    expect(() => keyring.decrypt(parts.slice(0, 3).join('.'), 'a')).toThrow();
    expect(() => keyring.decrypt([...parts.slice(0, 3), parts[3]?.slice(0, 10)].join('.'), 'a')).toThrow();
    expect(() => keyring.decrypt('', 'a')).toThrow('not in the keyring');
  });

  it('reads values of an older master key and seals with the newest', () => {
    const newer = new Keyring([randomBytes(32), master]);
    expect(newer.decrypt(keyring.encrypt('old', 'a'), 'a').toString()).toBe('old');
    expect(() => keyring.decrypt(newer.encrypt('new', 'a'), 'a')).toThrow('not in the keyring');
    expect(newer.hmac('phone', '+919800000000')).toEqual(keyring.hmac('phone', '+919800000000'));
  });

  it('gives each purpose its own keyed hash', () => {
    expect(keyring.hmac('phone', '1')).toEqual(keyring.hmac('phone', '1'));
    expect(keyring.hmac('phone', '1')).not.toEqual(keyring.hmac('pan', '1'));
    expect(keyring.hmac('phone', '1')).not.toEqual(new Keyring([randomBytes(32)]).hmac('phone', '1'));
  });

  it('refuses master keys of another length', () => {
    expect(() => new Keyring([randomBytes(31)])).toThrow('32 bytes');
    expect(() => new Keyring([])).toThrow('32 bytes');
  });
});
