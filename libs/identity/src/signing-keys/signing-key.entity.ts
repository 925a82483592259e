import type { JWK } from 'jose';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `next` is published but signs nothing yet, `current` signs, `previous` only verifies what it signed. */
export type SigningKeyStatus = 'next' | 'current' | 'previous';

/** A key pair for access tokens. */
@Entity('signing_key')
export class SigningKey {
  @PrimaryColumn('text')
  kid: string;

  @Column('text')
  algorithm: 'RS256';

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk: JWK;

  /** PKCS #8 in DER, sealed by the keyring under `signing_key/<kid>`. */
  @Column('text', { name: 'private_key', select: false })
  privateKey: string;

  @Column('text')
  status: SigningKeyStatus;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt: Date | null;
}
