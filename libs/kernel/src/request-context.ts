/** Who acts: an API client, a signed-in person, the platform's own worker, or nobody yet. */
export interface Actor {
  readonly type: 'client' | 'user' | 'system' | 'anonymous';
  readonly id: string;
}

/**
 * Under whose name work runs. Made at the edge (a guard or a job handler) from the credential, never from a header or body (C10.4),
 * frozen, and handed down as an argument. `tenantId` is null only for platform work on tables without a tenant.
 */
export interface RequestContext {
  readonly tenantId: string | null;
  readonly actor: Actor;
  readonly requestId: string;
  /** How far the tenant's own clock is ahead of the database's, in milliseconds; 0 for live tenants. */
  readonly clockOffsetMs: number;
}

/** A context of a tenant: what every operation on tenant data receives. */
export type TenantContext = RequestContext & { readonly tenantId: string };

/** Freezes a context at the edge. */
export const requestContext = <T extends Omit<RequestContext, 'clockOffsetMs'> & { clockOffsetMs?: number }>(
  given: T,
): T & { readonly clockOffsetMs: number } => Object.freeze({ clockOffsetMs: 0, ...given });
