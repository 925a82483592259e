import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BUILT_IN = `('tenant_admin', 'manager', 'support', 'auditor', 'member')`;

/** Roles that a tenant makes itself, and memberships that have a status of their own. */
export class RolesAndMemberships1764000000800 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table role (
      tenant_id uuid not null references tenant,
      id uuid not null,
      code text not null check (code ~ '^[a-z][a-z0-9_]{1,49}$' and code not in ${BUILT_IN} and code not in ('super_admin', 'internal_staff')),
      name text not null check (length(name) between 1 and 100),
      description text check (length(description) between 1 and 500),
      permissions text[] not null check (array_position(permissions, null) is null),
      rank smallint not null check (rank between 1 and 99),
      requires_mfa boolean not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, code)
    )`);
    await protectTenantTable(runner, 'role', ['select', 'insert', 'update', 'delete']);

    await runner.query(`alter table tenant_user
      drop constraint tenant_user_role_check,
      add column status text not null default 'active' check (status in ('active', 'suspended')),
      add column suspended_at timestamptz,
      add column custom_role text generated always as (case when role in ${BUILT_IN} then null else role end) stored,
      add constraint tenant_user_suspended_at_check check ((status = 'suspended') = (suspended_at is not null)),
      add constraint tenant_user_custom_role_fkey foreign key (tenant_id, custom_role) references role (tenant_id, code)`);
    // Who signs in has no tenant yet, and must know what their role there is worth.
    await runner.query(`create policy roles_of_own_memberships on role for select
      using (current_tenant_id() is null and exists (select from tenant_user m
        where m.tenant_id = role.tenant_id and m.custom_role = role.code and m.user_id = current_user_id()))`);
    await runner.query('create index tenant_user_by_custom_role on tenant_user (tenant_id, custom_role) where custom_role is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    // What a role of the tenant's own allowed cannot be said any more: its people keep their place, and may do nothing.
    await runner.query('drop policy roles_of_own_memberships on role');
    await runner.query('alter table tenant_user drop constraint tenant_user_custom_role_fkey, drop column custom_role');
    await runner.query('alter table tenant_user no force row level security');
    await runner.query(`update tenant_user set role = 'member' where role not in ${BUILT_IN}`);
    await runner.query(`delete from tenant_user where status = 'suspended'`);
    await runner.query('alter table tenant_user force row level security');
    await runner.query(`alter table tenant_user
      drop column suspended_at, drop column status,
      add constraint tenant_user_role_check check (role in ${BUILT_IN})`);
    await runner.query('drop table role');
  }
}
