import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { TenantContext } from '@tallystick/kernel';
import type { Keyring, WriteTx } from '@tallystick/platform';
import { keyIdOf } from './seal.policy.js';

/** A tenant's key, able to sign. */
export interface SigningKey {
  readonly id: string;
  /** 32 bytes in base64. */
  readonly publicKey: string;
  /** Ed25519 over a chain value in hex; the signature in base64. */
  sign(chain: string): string;
}

const aad = (tenantId: string, id: string): string => `ledger_seal_key/${tenantId}/${id}`;

/** The newest key of the tenant, made at its first seal. Only the worker's role can read private halves, and only the keyring opens them. */
export async function signingKey(tx: WriteTx<TenantContext>, keyring: Keyring): Promise<SigningKey> {
  const [row] = await tx.query<{ id: string; public_key: Buffer; private_key: string }>(
    'select id, public_key, private_key from ledger_seal_key where tenant_id = $1 order by created_at desc, id limit 1',
    [tx.ctx.tenantId],
  );
  if (!row) return newSigningKey(tx, keyring);
  const der = keyring.decrypt(row.private_key, aad(tx.ctx.tenantId, row.id));
  return signer(row.id, row.public_key, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

/** Makes a key and signs with it from now on; seals of older keys stay as they are. */
export async function newSigningKey(tx: WriteTx<TenantContext>, keyring: Keyring): Promise<SigningKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url');
  const id = keyIdOf(raw.toString('base64'));
  const sealed = keyring.encrypt(privateKey.export({ format: 'der', type: 'pkcs8' }), aad(tx.ctx.tenantId, id));
  await tx.query('insert into ledger_seal_key (tenant_id, id, public_key, private_key, created_at) values ($1, $2, $3, $4, tenant_now())', [
    tx.ctx.tenantId,
    id,
    raw,
    sealed,
  ]);
  return signer(id, raw, privateKey);
}

const signer = (id: string, publicKey: Buffer, key: KeyObject): SigningKey => ({
  id,
  publicKey: publicKey.toString('base64'),
  sign: (chain) => sign(null, Buffer.from(chain, 'hex'), key).toString('base64'),
});
