import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = `
  id uuid not null,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  full_name text check (length(full_name) between 1 and 200),
  token_hash bytea not null check (octet_length(token_hash) = 32),
  status text not null default 'pending' check (status in ('pending', 'accepted', 'revoked', 'expired')),
  failed_attempts integer not null default 0 check (failed_attempts >= 0),
  invited_by uuid references user_account,
  created_at timestamptz not null default now(),
  sent_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_by uuid references user_account,
  settled_at timestamptz,
  check ((status = 'pending') = (settled_at is null)),
  check ((status = 'accepted') = (accepted_by is not null))`;

/** Invitations into a tenant and to the platform, and what becomes of the people of the platform. */
export class Invitations1764000000805 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table invitation (
      tenant_id uuid not null references tenant, ${COLUMNS},
      role text not null,
      custom_role text generated always as (
        case when status <> 'pending' or role in ('tenant_admin', 'manager', 'support', 'auditor', 'member') then null else role end) stored,
      primary key (tenant_id, id),
      unique (tenant_id, token_hash),
      foreign key (tenant_id, custom_role) references role (tenant_id, code)
    )`);
    await runner.query(`create unique index invitation_one_pending on invitation (tenant_id, email) where status = 'pending'`);
    await runner.query('create index invitation_by_custom_role on invitation (tenant_id, custom_role) where custom_role is not null');
    await protectTenantTable(runner, 'invitation', ['select', 'insert', 'update']);

    await runner.query(`alter table platform_role
      add column status text not null default 'active' check (status in ('active', 'suspended')),
      add column suspended_at timestamptz,
      add constraint platform_role_suspended_at_check check ((status = 'suspended') = (suspended_at is not null))`);
    await runner.query(`create table platform_invitation (${COLUMNS},
      role text not null check (role in ('super_admin', 'internal_staff')),
      primary key (id),
      unique (token_hash)
    )`);
    await runner.query(`create unique index platform_invitation_one_pending on platform_invitation (email) where status = 'pending'`);

    // The apps may do here what these lines say and no more; the owner, who makes the first super admin, is not bound by them.
    await runner.query(`create function is_super_admin() returns boolean language sql stable parallel safe
      as $$ select current_tenant_id() is null and exists (
        select from platform_role p join user_account u on u.id = p.user_id
        where p.user_id = current_user_id() and p.role = 'super_admin' and p.status = 'active' and u.status = 'active') $$`);
    await runner.query('alter table platform_role enable row level security');
    await runner.query('create policy anyone_reads on platform_role for select using (true)');
    await runner.query(`create policy accepted_invitations_become_roles on platform_role for insert with check (current_tenant_id() is null
      and exists (select from platform_invitation i
        where i.accepted_by = platform_role.user_id and i.role = platform_role.role and i.status = 'accepted'))`);
    await runner.query(`create policy super_admins_change on platform_role for update
      using ((select is_super_admin())) with check ((select is_super_admin()))`);
    await runner.query('grant insert (user_id, role), update (role, status, suspended_at) on platform_role to tallystick_runtime');
    await runner.query('alter table platform_invitation enable row level security');
    await runner.query('create policy outside_tenants_read on platform_invitation for select using (current_tenant_id() is null)');
    await runner.query(`create policy outside_tenants_settle on platform_invitation for update
      using (current_tenant_id() is null) with check (current_tenant_id() is null)`);
    await runner.query('create policy super_admins_invite on platform_invitation for insert with check ((select is_super_admin()))');
    await runner.query(`grant select, insert,
      update (token_hash, status, failed_attempts, sent_at, expires_at, accepted_by, settled_at) on platform_invitation to tallystick_runtime`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke insert (user_id, role), update (role, status, suspended_at) on platform_role from tallystick_runtime');
    for (const policy of ['super_admins_change', 'accepted_invitations_become_roles', 'anyone_reads'])
      await runner.query(`drop policy ${policy} on platform_role`);
    await runner.query('alter table platform_role disable row level security');
    await runner.query('drop table platform_invitation, invitation');
    await runner.query('drop function is_super_admin()');
    await runner.query(`delete from platform_role where status = 'suspended'`);
    await runner.query('alter table platform_role drop column suspended_at, drop column status');
  }
}
