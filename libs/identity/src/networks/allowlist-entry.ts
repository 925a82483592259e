/** What became of a network: asked for by the tenant, then approved or rejected by the platform; the tenant removes it again. */
export const ALLOWLIST_STATUSES = ['requested', 'approved', 'rejected', 'removed'] as const;

export type AllowlistStatus = (typeof ALLOWLIST_STATUSES)[number];

/** A network from which a tenant's API keys may be used, once it is approved. */
export interface AllowlistEntry {
  readonly id: string;
  readonly tenantId: string;
  /** Canonical CIDR notation. */
  readonly network: string;
  readonly label: string;
  /** Why the tenant needs it. */
  readonly justification: string;
  readonly status: AllowlistStatus;
  readonly requestedAt: Date;
  readonly decidedAt: Date | null;
  /** What whoever decided says of it. */
  readonly decisionReason: string | null;
  readonly removedAt: Date | null;
}

/** The columns of an entry of the table `n`, named as its fields are. */
export const ALLOWLIST_COLUMNS = `n.id, n.tenant_id as "tenantId", n.network, n.label, n.justification, n.status, n.requested_at as "requestedAt",
  n.decided_at as "decidedAt", n.decision_reason as "decisionReason", n.removed_at as "removedAt"`;
