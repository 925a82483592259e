import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret as it is made: the text is shown once, the rest is kept (OAU-06). */
export interface ClientSecret {
  readonly text: string;
  readonly hash: Buffer;
  readonly prefix: string;
}

/** SHA-256: with 256 random bits in the secret a slow hash would add nothing. */
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compared against when there is no client, so that an unknown one costs the same work as a wrong secret (OAU-02). */
const NO_SECRET = hashOf(randomBytes(32).toString('hex'));

/** A new secret of 256 random bits; its beginning tells a live tenant's from a sandbox's. */
export function newClientSecret(mode: 'live' | 'sandbox'): ClientSecret {
  const kind = mode === 'live' ? 'tss_live_' : 'tss_test_';
  const text = kind + randomBytes(32).toString('base64url');
  return { text, hash: hashOf(text), prefix: text.slice(0, kind.length + 4) };
}

/** Whether `text` is the secret behind `hash`; takes as long when there is no hash. */
export const isClientSecret = (text: string, hash: Buffer | undefined): boolean =>
  timingSafeEqual(hashOf(text), hash ?? NO_SECRET) && hash !== undefined;
