import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, what they may do in a tenant or on the platform, API clients, and the keys that sign access tokens. */
export class Identity1764000000350 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table user_account (
      id uuid primary key,
      email text not null unique check (email = lower(email) and length(email) between 3 and 254),
      password_hash text not null check (password_hash like '$argon2id$%'),
      full_name text not null check (length(full_name) between 1 and 200),
      status text not null default 'active' check (status in ('active', 'disabled')),
      last_login_at timestamptz,
      created_at timestamptz not null default now()
    )`);
    await runner.query('grant select, insert, update on user_account to tallystick_runtime');

    await runner.query(`create table platform_role (
      user_id uuid primary key references user_account,
      role text not null check (role in ('super_admin', 'internal_staff')),
      created_at timestamptz not null default now()
    )`);
    await runner.query('grant select on platform_role to tallystick_runtime');

    await runner.query(`create table tenant_user (
      tenant_id uuid not null references tenant,
      user_id uuid not null references user_account,
      role text not null check (role in ('tenant_admin', 'manager', 'support', 'auditor', 'member')),
      created_at timestamptz not null default now(),
      primary key (tenant_id, user_id)
    )`);
    await protectTenantTable(runner, 'tenant_user', ['select', 'insert', 'update', 'delete']);
    // Who signs in has no tenant yet: until there is one, a person sees where they belong, and nothing else.
    await runner.query(`create policy own_memberships on tenant_user for select
      using (current_tenant_id() is null and user_id = current_user_id())`);
    await runner.query(`create policy tenants_of_own_memberships on tenant for select
      using (current_tenant_id() is null
        and exists (select from tenant_user m where m.tenant_id = tenant.id and m.user_id = current_user_id()))`);

    await runner.query(`create table api_client (
      tenant_id uuid not null references tenant,
      id uuid not null,
      client_id text not null,
      name text not null check (length(name) between 1 and 200),
      secret_hash bytea not null check (octet_length(secret_hash) = 32),
      secret_prefix text not null,
      scopes text[] not null check (cardinality(scopes) > 0),
      status text not null default 'active' check (status in ('active', 'revoked')),
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      revoked_at timestamptz check ((status = 'revoked') = (revoked_at is not null)),
      primary key (tenant_id, id),
      unique (tenant_id, client_id)
    )`);
    await protectTenantTable(runner, 'api_client', ['select', 'insert', 'update']);

    await runner.query(`create table signing_key (
      kid text primary key,
      algorithm text not null check (algorithm = 'RS256'),
      public_jwk jsonb not null,
      private_key text not null,
      status text not null check (status in ('next', 'current', 'previous')),
      created_at timestamptz not null default now(),
      retired_at timestamptz check ((status = 'previous') = (retired_at is not null))
    )`);
    await runner.query(`create unique index signing_key_one_in_use on signing_key (status) where status <> 'previous'`);
    await runner.query('grant select, insert, update, delete on signing_key to tallystick_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop policy tenants_of_own_memberships on tenant');
    await runner.query('drop table signing_key, api_client, tenant_user, platform_role, user_account');
  }
}
