import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const RECORD = `
  number bigint not null check (number > 0),
  id uuid not null,
  act text not null,
  actor_type text not null check (actor_type in ('client', 'user', 'system', 'anonymous')),
  actor_id text not null,
  on_behalf_of text,
  target_type text,
  target_id text check ((target_id is null) = (target_type is null)),
  before jsonb,
  after jsonb,
  outcome text not null check (outcome in ('success', 'refused')),
  address text,
  user_agent text,
  request_id text not null,
  recorded_at timestamptz not null,
  hash bytea not null check (octet_length(hash) = 32)`;

const HEAD = `
  number bigint not null check (number > 0),
  hash bytea not null check (octet_length(hash) = 32)`;

/** The audit trails: one chain of records a tenant, one of the platform's own, and the head of each, which its writers lock. */
export class AuditTrail1764000000860 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table audit_head (tenant_id uuid primary key, ${HEAD})`);
    await protectTenantTable(runner, 'audit_head', ['select', 'insert', 'update']);
    await runner.query(
      `create table audit_record (tenant_id uuid not null, ${RECORD}, primary key (tenant_id, number), unique (tenant_id, id))`,
    );
    for (const column of ['act', 'actor_id', 'target_id', 'request_id', 'recorded_at'])
      await runner.query(`create index audit_record_by_${column} on audit_record (tenant_id, ${column}, number)`);
    await protectTenantTable(runner, 'audit_record', ['select', 'insert']);

    await runner.query(`create table platform_audit_head (singleton boolean primary key check (singleton), ${HEAD})`);
    await runner.query(`create table platform_audit_record (${RECORD}, primary key (number), unique (id))`);
    for (const column of ['act', 'actor_id', 'target_id', 'request_id', 'recorded_at'])
      await runner.query(`create index platform_audit_record_by_${column} on platform_audit_record (${column}, number)`);
    for (const table of ['platform_audit_head', 'platform_audit_record']) {
      // Work of a tenant has no business with what the platform's people do.
      await runner.query(`alter table ${table} enable row level security`);
      await runner.query(`alter table ${table} force row level security`);
      await runner.query(
        `create policy outside_tenants on ${table} using (current_tenant_id() is null) with check (current_tenant_id() is null)`,
      );
      await runner.query(`grant select, insert on ${table} to tallystick_runtime`);
    }
    await runner.query('grant update on platform_audit_head to tallystick_runtime');

    for (const table of ['audit_record', 'platform_audit_record']) {
      await runner.query(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
      await runner.query(
        `create trigger append_only_whole before truncate on ${table} for each statement execute function refuse_change()`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table platform_audit_record, platform_audit_head, audit_record, audit_head');
  }
}
