import type { RequestContext } from '@tallystick/kernel';

export const INVITATION_STATUSES = ['pending', 'accepted', 'revoked', 'expired'] as const;

export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

/** An invitation as who looks after people sees it. */
export interface Invitation {
  readonly id: string;
  readonly email: string;
  /** As the inviter wrote it; the person may write it otherwise. */
  readonly fullName: string | null;
  readonly role: string;
  readonly status: InvitationStatus;
  readonly invitedBy: { readonly id: string; readonly fullName: string } | null;
  readonly createdAt: Date;
  readonly sentAt: Date;
  readonly expiresAt: Date;
  readonly settledAt: Date | null;
}

/** How long a link works. */
export const INVITATION_DAYS = 7;

/**
 * The table of invitations `i` of a context's tenant, whose id is `$1`, or of the platform, where `$1` is null. `own` is the condition that
 * a row belongs there.
 */
export const homeOf = ({ tenantId }: RequestContext) =>
  tenantId === null
    ? ({ table: 'platform_invitation', own: '$1::uuid is null', column: '', value: '' } as const)
    : ({ table: 'invitation', own: 'i.tenant_id = $1::uuid', column: 'tenant_id, ', value: '$1::uuid, ' } as const);

/** An address as the audit trail keeps it: enough to tell people apart who know it. */
export const maskedEmail = (email: string): string => email.replace(/^(.)[^@]*/, '$1***');
