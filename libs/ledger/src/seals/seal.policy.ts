import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { HASH_BYTES } from './merkle.policy.js';

/** How leaves and chain are computed; a later way gets the next number and old seals stay as they are. */
export const SEAL_FORMAT = 1;

/** The chain value that the first seal of a tenant continues. */
export const GENESIS = '0'.repeat(HASH_BYTES * 2);

/** What a seal says. Hashes in hex, the signature (Ed25519 over the 32 bytes of `chain`) in base64, numbers of transactions as text. */
export interface Seal {
  readonly number: string;
  readonly format: number;
  readonly first_transaction: string;
  readonly last_transaction: string;
  readonly leaf_count: number;
  readonly root: string;
  readonly previous_chain: string;
  readonly chain: string;
  readonly signature: string;
  readonly key_id: string;
  /** RFC 3339 in UTC with microseconds. */
  readonly sealed_at: string;
}

/** All that the chain value covers. */
export type SealedRange = Omit<Seal, 'chain' | 'signature' | 'key_id'>;

/** The public half of a signing key: 32 bytes in base64; the id is its JWK thumbprint (RFC 7638). */
export interface SealKey {
  readonly id: string;
  readonly public_key: string;
}

/** `chain` of a seal: SHA-256 of the canonical JSON (RFC 8785) of what it covers, the chain value before it included. */
export function chainOf(tenantId: string, range: SealedRange): string {
  const { first_transaction, format, last_transaction, leaf_count, number, previous_chain, root, sealed_at } = range;
  const covered = { first_transaction, format, last_transaction, leaf_count, number, previous_chain, root, sealed_at, tenant_id: tenantId };
  return createHash('sha256').update(JSON.stringify(covered)).digest('hex');
}

/** The id that a public key always has. */
export const keyIdOf = (publicKey: string): string =>
  createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x: base64url(publicKey) }))
    .digest('base64url');

/** Whether the key signed the seal's chain value. */
export function isSignedBy(seal: Pick<Seal, 'chain' | 'signature'>, publicKey: string): boolean {
  return verify(null, Buffer.from(seal.chain, 'hex'), readPublicKey(publicKey), Buffer.from(seal.signature, 'base64'));
}

const readPublicKey = (publicKey: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url(publicKey) }, format: 'jwk' });

const base64url = (base64: string): string => Buffer.from(base64, 'base64').toString('base64url');
