import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NetworkRule } from './client-networks.js';
import type { ClientScope } from '../permissions.js';

/** A revoked client gets no token, and its tokens end at once; it stays for the record. */
export type ApiClientStatus = 'active' | 'revoked';

/** A server of a tenant that signs in with a secret (RFC 6749, client credentials). */
@Entity('api_client')
export class ApiClient {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  @PrimaryColumn('uuid')
  id: string;

  /** What the server calls itself at the token endpoint; names its tenant (`client-id.policy.ts`). */
  @Column('text', { name: 'client_id' })
  clientId: string;

  @Column('text')
  name: string;

  /** SHA-256 of the secret: it has 256 random bits, which no guessing reaches. */
  @Column('bytea', { name: 'secret_hash', select: false })
  secretHash: Buffer;

  /** The beginning of the secret, by which people tell secrets apart. */
  @Column('text', { name: 'secret_prefix' })
  secretPrefix: string;

  /** Its last four characters; null for secrets that are older than this column. */
  @Column('text', { name: 'secret_last4', nullable: true })
  secretLast4: string | null;

  @Column('text', { array: true })
  scopes: ClientScope[];

  @Column('text')
  status: ApiClientStatus;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** From then on it is as good as revoked; null when it does not end by itself. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('text', { name: 'network_rule' })
  networkRule: NetworkRule;

  /** In canonical CIDR notation, where the rule is `listed`. */
  @Column('cidr', { name: 'allowed_networks', array: true, nullable: true })
  allowedNetworks: string[] | null;

  /** When it last authenticated, to the minute. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;
}
