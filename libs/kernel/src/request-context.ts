/** Who acts: an API client, a signed-in person, a member for themselves, the platform's own worker, or nobody yet. */
export interface Actor {
  readonly type: 'client' | 'user' | 'member' | 'system' | 'anonymous';
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
  /** Whether the tenant is a sandbox, for trying things out; left out where it is live, or nobody asked. */
  readonly sandbox?: boolean;
  /** The session of the person who asks; left out for everyone else. */
  readonly sessionId?: string;
  /** Where the request came from; left out where nobody asked over the network. */
  readonly origin?: Origin;
}

/** Where a request came from, for the audit trail. */
export interface Origin {
  /** The caller's address: the socket's, or what a trusted proxy says it is (C10.6). */
  readonly address: string;
  readonly userAgent: string | null;
}

/** A context of a tenant: what every operation on tenant data receives. */
export type TenantContext = RequestContext & { readonly tenantId: string };

/** A context of the platform itself, for work on tables without a tenant. */
export type PlatformContext = RequestContext & { readonly tenantId: null };

/** Freezes a context at the edge. */
export const requestContext = <T extends Omit<RequestContext, 'clockOffsetMs'> & { clockOffsetMs?: number }>(
  given: T,
): T & { readonly clockOffsetMs: number } => Object.freeze({ clockOffsetMs: 0, ...given });
