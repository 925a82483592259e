import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { requestContext } from '@tallystick/kernel';
import { ShortMemory, UnitOfWork } from '@tallystick/platform';
import type { JWK } from 'jose';
import { RETIRED_KEYS_VERIFY, RotateSigningKey } from './rotate-signing-key.operation.js';
import { SigningKey } from './signing-key.entity.js';

/** How often an unknown key id may send us to the database: forged ones are free to their makers. */
const LOOK_UP_MS = 1_000;
/** A key that was taken away is forgotten after this long. */
const FORGET_MS = 60_000;

interface KnownKeys {
  readonly since: number;
  readonly published: readonly JWK[];
  readonly byKid: ReadonlyMap<string, KeyObject>;
}

/** The public halves of the signing keys: to verify tokens here, and to publish for others. For the edge: opens transactions of its own. */
@Injectable()
export class VerificationKeys {
  private known?: KnownKeys;
  private readonly memory = new ShortMemory(LOOK_UP_MS, () => this.lookUp());

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly rotateSigningKey: RotateSigningKey,
  ) {}

  /** The key of that id, or undefined. Parsed once: a key in text would be parsed again for every request. */
  async find(kid: string): Promise<KeyObject | undefined> {
    if (this.known && performance.now() - this.known.since < FORGET_MS) {
      const key = this.known.byKid.get(kid);
      if (key) return key;
    }
    return (await this.memory.get('all')).byKid.get(kid);
  }

  /** The keys as a JWKS lists them: next, current and previous (OAU-07). */
  async published(): Promise<readonly JWK[]> {
    return (await this.memory.get('all')).published;
  }

  private async lookUp(): Promise<KnownKeys> {
    const since = performance.now();
    const ctx = requestContext({ tenantId: null, actor: { type: 'system', id: 'verification-keys' }, requestId: 'verification-keys' });
    const published = await this.unitOfWork.platform(ctx, async (tx) => {
      const keys = tx.repository(SigningKey);
      if (!(await keys.existsBy({ status: 'current' }))) await this.rotateSigningKey.executeFirst(tx);
      const rows = await tx.query<{ jwk: JWK }>(
        `select public_jwk as jwk from signing_key
         where retired_at is null or retired_at > now() - ${RETIRED_KEYS_VERIFY} order by created_at desc, kid`,
      );
      return rows.map(({ jwk }) => jwk);
    });
    const byKid = new Map(published.map((jwk) => [jwk.kid as string, createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })]));
    return (this.known = { since, published, byKid });
  }
}
