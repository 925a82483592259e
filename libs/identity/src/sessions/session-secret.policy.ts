import { createHash, randomBytes } from 'node:crypto';

/** Bytes of what a cookie or a refresh token holds: 256 random bits. */
const SECRET_BYTES = 32;

/** What a cookie and a refresh token look like. */
export const SESSION_SECRET_FORM = /^[A-Za-z0-9_-]{43}$/;

/** A new secret, shown to its owner alone. */
export const newSessionSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** What is kept of it: at 256 random bits nobody finds it from its SHA-256. */
export const sessionSecretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest();
