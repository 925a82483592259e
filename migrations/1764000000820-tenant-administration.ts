import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the staff of the platform administer of a tenant, and which tenant a slug names. */
export class TenantAdministration1764000000820 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table tenant
      add column legal_name text check (length(legal_name) between 1 and 200),
      add column points_label text not null default 'points' check (length(points_label) between 1 and 40),
      add column support_email text check (length(support_email) between 3 and 254),
      add column support_phone text check (support_phone ~ '^\\+[1-9][0-9]{6,14}$'),
      add column mfa_required_roles text[] not null default '{tenant_admin}'
        check (cardinality(mfa_required_roles) <= 50 and array_position(mfa_required_roles, null) is null),
      add column suspended_at timestamptz,
      add column suspension_reason text check (length(suspension_reason) between 1 and 500)`);

    // Who works for the platform, in a transaction that is of no tenant: for policies of what the platform administers.
    await runner.query(`create function is_platform_staff() returns boolean language sql stable parallel safe
      as $$ select current_tenant_id() is null and exists (
        select from platform_role p join user_account u on u.id = p.user_id
        where p.user_id = current_user_id() and u.status = 'active') $$`);
    await runner.query('create policy staff_reads_tenants on tenant for select using ((select is_platform_staff()))');
    await runner.query('create policy staff_opens_tenants on tenant for insert with check ((select is_platform_staff()))');
    await runner.query(
      'create policy staff_changes_tenants on tenant for update using ((select is_platform_staff())) with check ((select is_platform_staff()))',
    );

    // Who asks by slug has no tenant yet, so this alone is open to the apps: a name and an id.
    await runner.query('create table tenant_slug (slug text primary key, id uuid not null unique references tenant)');
    await runner.query('grant select, insert on tenant_slug to tallystick_runtime');
    // The owner is bound by row-level security too, unless it is a superuser, and must see every row once.
    await runner.query('alter table tenant no force row level security');
    await runner.query('insert into tenant_slug (slug, id) select slug, id from tenant');
    await runner.query('alter table tenant force row level security');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tenant_slug');
    for (const policy of ['staff_changes_tenants', 'staff_opens_tenants', 'staff_reads_tenants'])
      await runner.query(`drop policy ${policy} on tenant`);
    await runner.query('drop function is_platform_staff()');
    await runner.query(`alter table tenant drop column suspension_reason, drop column suspended_at, drop column mfa_required_roles,
      drop column support_phone, drop column support_email, drop column points_label, drop column legal_name`);
  }
}
