import { createHash } from 'node:crypto';
import type { Actor } from '@tallystick/kernel';
import canonicalize from 'canonicalize';

/** How an act ended. */
export type Outcome = 'success' | 'refused';

/** One row of an audit trail, without its hash. */
export interface AuditRow {
  /** Null in the platform's own trail. */
  readonly tenantId: string | null;
  /** Place in the trail: 1, 2, 3... without a gap. */
  readonly number: string;
  readonly id: string;
  readonly act: string;
  readonly actor: Actor;
  /** In whose name the actor acted, where that is somebody else. */
  readonly onBehalfOf: string | null;
  readonly target: { readonly type: string; readonly id: string } | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly outcome: Outcome;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly requestId: string;
  readonly recordedAt: Date;
}

/** What the first row of a trail follows. */
export const CHAIN_START = Buffer.alloc(32);

/**
 * The hash of a row: SHA-256 over the 32 bytes of the previous row's hash and the row in canonical JSON (RFC 8785), in UTF-8.
 * A change of any row changes every hash after it (AUD-04).
 */
export const chainHash = (previous: Buffer, row: AuditRow): Buffer =>
  createHash('sha256').update(previous).update(canonicalText(row)).digest();

const canonicalText = (row: AuditRow): string => (canonicalize as unknown as (value: unknown) => string)(JSON.parse(JSON.stringify(row)));

/** A row of `audit_record` or `platform_audit_record`, as the driver gives it. */
export interface StoredAct {
  readonly tenant_id?: string;
  readonly number: string;
  readonly id: string;
  readonly act: string;
  readonly actor_type: Actor['type'];
  readonly actor_id: string;
  readonly on_behalf_of: string | null;
  readonly target_type: string | null;
  readonly target_id: string | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly outcome: Outcome;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly request_id: string;
  readonly recorded_at: Date;
  readonly hash: Buffer;
}

/** What a stored row says, without its hash. */
export const readAuditRow = (row: StoredAct): AuditRow => ({
  tenantId: row.tenant_id ?? null,
  number: row.number,
  id: row.id,
  act: row.act,
  actor: { type: row.actor_type, id: row.actor_id },
  onBehalfOf: row.on_behalf_of,
  target: row.target_type !== null && row.target_id !== null ? { type: row.target_type, id: row.target_id } : null,
  before: row.before,
  after: row.after,
  outcome: row.outcome,
  address: row.address,
  userAgent: row.user_agent,
  requestId: row.request_id,
  recordedAt: row.recorded_at,
});
