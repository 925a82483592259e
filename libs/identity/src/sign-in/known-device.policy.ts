import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Keyring } from '@tallystick/platform';

const NONCE_BYTES = 18;
const FORM = /^([A-Za-z0-9_-]{24})\.([A-Za-z0-9_-]{43})$/;

const seal = (keyring: Keyring, userId: string, nonce: string): Buffer => keyring.hmac('known device', `${userId}/${nonce}`);

/** Marks a device as one on which this person signed in before: sealed, so that nobody makes one without having signed in. */
export function newDeviceMark(keyring: Keyring, userId: string): string {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  return `${nonce}.${seal(keyring, userId, nonce).toString('base64url')}`;
}

/** The name of the device when the mark is one of this person's; undefined otherwise. */
export function readDeviceMark(keyring: Keyring, userId: string, mark: string | undefined): string | undefined {
  const [, nonce, sealed] = FORM.exec(mark ?? '') ?? [];
  if (nonce === undefined || sealed === undefined) return undefined;
  return timingSafeEqual(seal(keyring, userId, nonce), Buffer.from(sealed, 'base64url')) ? nonce : undefined;
}
