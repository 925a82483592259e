import type { DomainError } from '@tallystick/kernel';
import { idempotencyKey } from './idempotency-key.js';

describe('the Idempotency-Key header (IDM-05)', () => {
  it('has the same key in the bare and the quoted form', () => {
    expect(idempotencyKey('8e03978e-40d5')).toBe('8e03978e-40d5');
    expect(idempotencyKey('"8e03978e-40d5"')).toBe('8e03978e-40d5');
    expect(idempotencyKey('"a\\"b\\\\c"')).toBe('a"b\\c');
  });

  it('may be left out, and may have 1 to 255 characters', () => {
    expect(idempotencyKey(undefined)).toBeUndefined();
    expect(idempotencyKey('x')).toBe('x');
    expect(idempotencyKey(`"${'x'.repeat(255)}"`)).toHaveLength(255);
  });

  it.each(['', '""', 'x'.repeat(256), 'a\tb', 'a\u0001b', 'clé'])('refuses %j and names the header', (header) => {
    try {
      idempotencyKey(header);
      throw new Error('accepted');
    } catch (error) {
      expect((error as DomainError).details.errors).toEqual({ 'Idempotency-Key': [expect.any(String)] });
    }
  });
});
