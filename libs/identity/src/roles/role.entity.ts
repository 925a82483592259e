import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TenantPermission } from '../permissions.js';

/** A role that a tenant made itself. */
@Entity('role')
export class Role {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  @PrimaryColumn('uuid')
  id: string;

  /** By which memberships name it; unique in the tenant, never that of a built-in role, and fixed. */
  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text', { array: true })
  permissions: TenantPermission[];

  /** From 1 to 99: nobody gives a role that ranks above their own. */
  @Column('smallint')
  rank: number;

  /** Whether its people reach nothing but the set-up until they have a second factor. */
  @Column('boolean', { name: 'requires_mfa' })
  requiresMfa: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
