import type { RequestContext } from '@tallystick/kernel';
import type { Keyring } from '../../crypto/keyring.js';
import { SealedAnswer } from '../answer.js';
import { keyOwner, type KeyedRequest } from './key-store.js';

const aad = (ctx: RequestContext, { actorId, key }: KeyedRequest): string => `idempotency_key/${keyOwner(ctx)}/${actorId}/${key}`;

/** An answer with a secret in it as it is kept: readable to nobody without the master key, and in no other row. */
export const encryptAnswer = (keyring: Keyring, ctx: RequestContext, request: KeyedRequest, { status, text }: SealedAnswer): SealedAnswer =>
  new SealedAnswer(status, keyring.encrypt(text, aad(ctx, request)));

/** Whether a kept answer was encrypted: any other is a JSON object. */
export const isEncrypted = ({ text }: SealedAnswer): boolean => !text.startsWith('{');

/** The answer of then, byte for byte. */
export const decryptAnswer = (
  keyring: Keyring,
  ctx: RequestContext,
  request: KeyedRequest,
  { status, text, replayed }: SealedAnswer,
): SealedAnswer => new SealedAnswer(status, keyring.decrypt(text, aad(ctx, request)).toString('utf8'), replayed);
