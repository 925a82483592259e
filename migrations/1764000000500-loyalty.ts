import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Programs with their versions, members with their personal data apart, batches of purchases and the refunds that wait for one. */
export class Loyalty1764000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table program (
      tenant_id uuid not null,
      id uuid not null,
      code text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
      name text not null check (length(name) between 1 and 200),
      description text,
      terms_url text,
      status text not null check (status in ('draft', 'active', 'paused', 'ended')),
      is_default boolean not null,
      asset_id uuid not null,
      scale smallint not null,
      version integer not null check (version > 0),
      terms jsonb not null,
      starts_at timestamptz,
      ends_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, code),
      unique (tenant_id, asset_id),
      foreign key (tenant_id, asset_id) references ledger_asset,
      check (ends_at is null or starts_at is null or ends_at > starts_at)
    )`);
    await runner.query('create unique index program_default on program (tenant_id) where is_default');
    await protectTenantTable(runner, 'program', ['select', 'insert', 'update', 'delete']);

    await runner.query(`create table program_version (
      tenant_id uuid not null,
      program_id uuid not null,
      version integer not null,
      terms jsonb not null,
      created_by text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, program_id, version),
      foreign key (tenant_id, program_id) references program on delete cascade
    )`);
    await protectTenantTable(runner, 'program_version', ['select', 'insert', 'delete']);

    await runner.query(`create table member (
      tenant_id uuid not null,
      id uuid not null,
      reference text not null check (length(reference) between 1 and 200),
      status text not null default 'active' check (status in ('active', 'suspended', 'closed')),
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, reference)
    )`);
    await runner.query('create index member_reference_prefix on member (tenant_id, reference text_pattern_ops)');
    await protectTenantTable(runner, 'member', ['select', 'insert', 'update']);

    // Personal data stands apart from everything that names a member, sealed; indexes are keyed hashes.
    await runner.query(`create table member_profile (
      tenant_id uuid not null,
      member_id uuid not null,
      sealed text not null,
      email_index bytea,
      phone_index bytea,
      primary key (tenant_id, member_id),
      foreign key (tenant_id, member_id) references member
    )`);
    await runner.query('create index member_profile_email on member_profile (tenant_id, email_index) where email_index is not null');
    await runner.query('create index member_profile_phone on member_profile (tenant_id, phone_index) where phone_index is not null');
    await protectTenantTable(runner, 'member_profile', ['select', 'insert', 'update']);

    await runner.query(`create table points_batch (
      tenant_id uuid not null,
      client_id text not null,
      request_id text not null check (length(request_id) between 1 and 200),
      request_id_as_sent jsonb not null,
      fingerprint text not null check (length(fingerprint) = 64),
      program_id uuid not null,
      processed integer not null,
      accepted integer not null,
      duplicates integer not null,
      rejected integer not null,
      points bigint not null,
      items json not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, client_id, request_id),
      foreign key (tenant_id, program_id) references program
    )`);
    await protectTenantTable(runner, 'points_batch', ['select', 'insert']);

    await runner.query(`create table parked_refund (
      tenant_id uuid not null,
      reference text not null,
      original_reference text not null,
      client_id text not null,
      request_id text not null,
      fact jsonb not null,
      status text not null default 'waiting' check (status in ('waiting', 'posted', 'refused')),
      transaction_id uuid,
      code text,
      parked_at timestamptz not null default now(),
      primary key (tenant_id, reference),
      check ((status = 'posted') = (transaction_id is not null))
    )`);
    await runner.query(`create index parked_refund_waiting on parked_refund (tenant_id, original_reference) where status = 'waiting'`);
    await runner.query('create index parked_refund_batch on parked_refund (tenant_id, client_id, request_id)');
    await protectTenantTable(runner, 'parked_refund', ['select', 'insert', 'update']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table parked_refund, points_batch, member_profile, member, program_version, program');
  }
}
