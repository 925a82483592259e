import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TenantRole } from '../permissions.js';

/** What a person is in a tenant. */
@Entity('tenant_user')
export class TenantUser {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  @Column('text')
  role: TenantRole;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
