import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A suspended person does nothing in this tenant; elsewhere they are what they were. */
export type MembershipStatus = 'active' | 'suspended';

/** What a person is in a tenant. */
@Entity('tenant_user')
export class TenantUser {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  /** A built-in role, or the code of one that the tenant made itself. */
  @Column('text')
  role: string;

  @Column('text')
  status: MembershipStatus;

  @Column('timestamptz', { name: 'suspended_at', nullable: true })
  suspendedAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
