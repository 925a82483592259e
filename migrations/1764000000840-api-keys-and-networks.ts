import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys that tenants make themselves, the networks that they may be used from, and access tokens that were taken back before they ended. */
export class ApiKeysAndNetworks1764000000840 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table network_allowlist (
      tenant_id uuid not null references tenant,
      id uuid not null,
      network cidr not null,
      label text not null check (length(label) between 1 and 100),
      justification text not null check (length(justification) between 1 and 1000),
      status text not null default 'requested' check (status in ('requested', 'approved', 'rejected', 'removed')),
      requested_by uuid not null references user_account,
      requested_at timestamptz not null default now(),
      decided_by uuid references user_account check (decided_by <> requested_by),
      decided_at timestamptz check ((decided_at is null) = (decided_by is null)),
      decision_reason text check (length(decision_reason) between 1 and 1000),
      removed_at timestamptz check ((status = 'removed') = (removed_at is not null)),
      primary key (tenant_id, id),
      check (status not in ('approved', 'rejected') or decided_at is not null),
      check (status <> 'rejected' or decision_reason is not null)
    )`);
    await runner.query(
      `create unique index network_allowlist_once on network_allowlist (tenant_id, network) where status in ('requested', 'approved')`,
    );
    await protectTenantTable(runner, 'network_allowlist', ['select', 'insert', 'update']);
    // Who decides on requests has no tenant: until they act in one, people of the platform see the requests of all.
    await runner.query('create policy staff_reads_requests on network_allowlist for select using ((select is_platform_staff()))');

    await runner.query(`alter table api_client
      add secret_last4 text check (length(secret_last4) = 4),
      add secret_created_at timestamptz,
      add secret_last_used_at timestamptz,
      add previous_secret_hash bytea check (octet_length(previous_secret_hash) = 32),
      add previous_secret_prefix text,
      add previous_secret_last4 text,
      add previous_secret_expires_at timestamptz,
      add previous_secret_last_used_at timestamptz,
      add expires_at timestamptz check (expires_at > created_at),
      add network_rule text not null default 'anywhere' check (network_rule in ('anywhere', 'approved', 'listed')),
      add allowed_networks cidr[] check (cardinality(allowed_networks) > 0),
      add check ((previous_secret_hash is null) = (previous_secret_expires_at is null)),
      add check ((network_rule = 'listed') = (allowed_networks is not null))`);
    // Of the secrets that there are it is not known apart from their client's: null.
    await runner.query('alter table api_client alter secret_created_at set default now()');

    await runner.query(`create table revoked_access_token (
      tenant_id uuid not null references tenant,
      token_id uuid not null,
      api_client_id uuid not null,
      expires_at timestamptz not null,
      primary key (tenant_id, token_id),
      foreign key (tenant_id, api_client_id) references api_client (tenant_id, id)
    )`);
    await runner.query('create index revoked_access_token_of_client on revoked_access_token (tenant_id, api_client_id)');
    await protectTenantTable(runner, 'revoked_access_token', ['select', 'insert', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table revoked_access_token');
    await runner.query(`alter table api_client
      drop secret_last4, drop secret_created_at, drop secret_last_used_at,
      drop previous_secret_hash, drop previous_secret_prefix, drop previous_secret_last4,
      drop previous_secret_expires_at, drop previous_secret_last_used_at,
      drop expires_at, drop network_rule, drop allowed_networks`);
    await runner.query('drop table network_allowlist');
  }
}
