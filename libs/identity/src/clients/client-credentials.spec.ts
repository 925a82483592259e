import { newId } from '@tallystick/kernel';
import { newClientId, tenantOfClientId } from './client-id.policy.js';
import { isClientSecret, newClientSecret } from './client-secret.policy.js';

describe('client ids', () => {
  it('name their tenant, and differ', () => {
    for (const tenantId of [newId(), newId(), '00000000-0000-7000-8000-000000000001', 'ffffffff-ffff-7fff-bfff-ffffffffffff']) {
      const [one, two] = [newClientId(tenantId), newClientId(tenantId)];
      expect(one).toMatch(/^tsc_[0-9a-v]{42}$/);
      expect(one).not.toBe(two);
      expect([tenantOfClientId(one), tenantOfClientId(two)]).toEqual([tenantId, tenantId]);
    }
  });

  it.each([
    ['', 'nothing'],
    ['tsc_', 'no digits'],
    [`tsc_${'8'.repeat(42)}`, 'more than 26 bytes'],
    [`tsc_${'0'.repeat(42)}`, 'no UUID'],
    [newClientId(newId()).toUpperCase(), 'capitals'],
    [`${newClientId(newId())}0`, 'a digit too many'],
    [`x${newClientId(newId())}`, 'something before'],
    [`${newClientId(newId())}\n`, 'a line break'],
    ["tsc_' or 1=1 --", 'SQL'],
  ])('do not come from %j: %s', (text) => expect(tenantOfClientId(text)).toBeUndefined());
});

describe('client secrets (OAU-06)', () => {
  it('have 256 random bits and show their beginning', () => {
    const secret = newClientSecret('live');
    expect(secret.text).toMatch(/^tss_live_[\w-]{43}$/);
    expect(secret.text.startsWith(secret.prefix)).toBe(true);
    expect(secret.prefix).toHaveLength(13);
    expect(secret.last4).toHaveLength(4);
    expect(secret.text.endsWith(secret.last4)).toBe(true);
    expect(newClientSecret('sandbox').text).toMatch(/^tss_sandbox_/);
    expect(newClientSecret('live').text).not.toBe(secret.text);
  });

  it('are kept as a hash that only they match', () => {
    const secret = newClientSecret('live');
    expect(secret.hash).toHaveLength(32);
    expect(isClientSecret(secret.text, secret.hash)).toBe(true);
    expect(isClientSecret(`${secret.text}x`, secret.hash)).toBe(false);
    expect(isClientSecret(newClientSecret('live').text, secret.hash)).toBe(false);
    expect(isClientSecret(secret.text, undefined)).toBe(false);
  });
});
