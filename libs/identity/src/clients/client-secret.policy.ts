import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret as it is made: the text is shown once, the rest is kept (OAU-06). */
export interface ClientSecret {
  readonly text: string;
  readonly hash: Buffer;
  /** The beginning, and the last four characters: by them people tell secrets apart. */
  readonly prefix: string;
  readonly last4: string;
}

/** SHA-256: with 256 random bits in the secret a slow hash would add nothing. */
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compared against when there is no client, so that an unknown one costs the same work as a wrong secret (OAU-02). */
const NO_SECRET = hashOf(randomBytes(32).toString('hex'));

/** A new secret of 256 random bits; its beginning tells a live tenant's from a sandbox's. */
export function newClientSecret(mode: 'live' | 'sandbox'): ClientSecret {
  const kind = `tss_${mode}_`;
  const text = kind + randomBytes(32).toString('base64url');
  return { text, hash: hashOf(text), prefix: text.slice(0, kind.length + 4), last4: text.slice(-4) };
}

/** Whether `text` is the secret behind `hash`; takes as long when there is no hash. */
export const isClientSecret = (text: string, hash: Buffer | null | undefined): boolean =>
  timingSafeEqual(hashOf(text), hash ?? NO_SECRET) && hash !== undefined && hash !== null;
