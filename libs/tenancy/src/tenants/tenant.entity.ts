import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a tenant's data is real, or for trying things out on a clock of its own. */
export type TenantMode = 'live' | 'sandbox';

/** A suspended tenant keeps its data, but nobody acts in it. */
export type TenantStatus = 'active' | 'suspended';

/** A space of data that no other tenant sees: the live one of an organization, or its sandbox twin. */
@Entity('tenant')
export class Tenant {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId: string;

  /** The name in addresses; unique on the platform. */
  @Column('text')
  slug: string;

  @Column('text')
  name: string;

  /** The name of the company behind it, as contracts have it. */
  @Column('text', { name: 'legal_name', nullable: true })
  legalName: string | null;

  @Column('text')
  mode: TenantMode;

  @Column('text')
  status: TenantStatus;

  /** IANA zone of the tenant's business days. */
  @Column('text')
  timezone: string;

  /** ISO 4217 code of the tenant's own currency. */
  @Column('text')
  currency: string;

  /** How far a sandbox has moved its clock ahead, in milliseconds; 0 for live tenants. */
  @Column('bigint', { name: 'clock_offset_ms', transformer: { from: Number, to: (value?: number) => value } })
  clockOffsetMs: number;

  /** What its points are called, in lists and mails. */
  @Column('text', { name: 'points_label' })
  pointsLabel: string;

  @Column('text', { name: 'support_email', nullable: true })
  supportEmail: string | null;

  @Column('text', { name: 'support_phone', nullable: true })
  supportPhone: string | null;

  /** Roles that nobody works in without a second factor. */
  @Column('text', { name: 'mfa_required_roles', array: true })
  mfaRequiredRoles: string[];

  @Column('timestamptz', { name: 'suspended_at', nullable: true })
  suspendedAt: Date | null;

  @Column('text', { name: 'suspension_reason', nullable: true })
  suspensionReason: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
