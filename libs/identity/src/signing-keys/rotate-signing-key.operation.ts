import { createPublicKey, generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { SigningKeyRotated } from './signing-key.acts.js';
import { SigningKey, type SigningKeyStatus } from './signing-key.entity.js';

/** One rotation at a time, on all processes. */
const LOCK = '7411764000000350';

/** SQL: longer than the longest token lives, a dialect's week, so that a retired key verifies all that it signed (OAU-07). */
export const RETIRED_KEYS_VERIFY = `interval '8 days'`;

/** Names a private key to the keyring. */
export const signingKeyAad = (kid: string): string => `signing_key/${kid}`;

/**
 * Puts the next key to work, retires the current one and makes another next one, which verifiers learn before it signs (OAU-07).
 * Where there are no keys yet it makes the first two. Keys retired more than eight days ago go.
 */
@Injectable()
export class RotateSigningKey {
  constructor(private readonly keyring: Keyring) {}

  /** @param forgetRetired also takes retired keys away at once, so that what they signed ends: for a key that leaked */
  async execute(tx: WriteTx, { forgetRetired = false }: { forgetRetired?: boolean } = {}): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const before = await this.currentKid(tx);
    await this.rotate(tx);
    if (forgetRetired) await tx.repository(SigningKey).delete({ status: 'previous' });
    const kid = await this.currentKid(tx);
    tx.audit(SigningKeyRotated, {
      target: { type: 'signing_key', id: kid ?? '' },
      before: { kid: before ?? null },
      after: { kid: kid ?? null, retired_keys_forgotten: forgetRetired },
    });
  }

  /** Makes the first keys, unless another process has made them meanwhile. */
  async executeFirst(tx: WriteTx): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
    if (!(await tx.repository(SigningKey).existsBy({ status: 'current' }))) await this.rotate(tx);
  }

  private async rotate(tx: WriteTx): Promise<void> {
    const keys = tx.repository(SigningKey);
    await tx.query(`delete from signing_key where retired_at < now() - ${RETIRED_KEYS_VERIFY}`);
    await keys.update({ status: 'current' }, { status: 'previous', retiredAt: () => 'now()' });
    const { affected } = await keys.update({ status: 'next' }, { status: 'current' });
    if (!affected) await keys.insert(await this.create('current'));
    await keys.insert(await this.create('next'));
  }

  private async currentKid(tx: WriteTx): Promise<string | undefined> {
    return (await tx.repository(SigningKey).findOneBy({ status: 'current' }))?.kid;
  }

  private async create(status: SigningKeyStatus): Promise<Omit<SigningKey, 'createdAt' | 'retiredAt'>> {
    const kid = randomUUID();
    const pair = await promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    });
    const publicJwk = createPublicKey({ key: pair.publicKey, type: 'spki', format: 'der' }).export({ format: 'jwk' });
    return {
      kid,
      algorithm: 'RS256',
      publicJwk: { ...publicJwk, kid, alg: 'RS256', use: 'sig' },
      privateKey: this.keyring.encrypt(pair.privateKey, signingKeyAad(kid)),
      status,
    };
  }
}
