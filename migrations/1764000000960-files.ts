import { letWorkerSeeAllTenants, protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where tenants drop files, the files that came in with how far each has been worked off, and what was seen of those not yet complete. */
export class Files1764000000960 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table file_drop (
      tenant_id uuid not null references tenant,
      id uuid not null,
      name text not null check (length(name) between 1 and 100),
      host text not null check (length(host) between 1 and 253),
      port integer not null check (port between 1 and 65535),
      username text not null check (length(username) between 1 and 100),
      secret text not null,
      sign_in text not null check (sign_in in ('password', 'private_key')),
      host_key text check (length(host_key) between 1 and 100),
      base_folder text not null check (length(base_folder) between 1 and 500),
      program_id uuid,
      format jsonb not null,
      poll_seconds integer not null check (poll_seconds between 10 and 86400),
      enabled boolean not null,
      problem text,
      problem_since timestamptz check ((problem is null) = (problem_since is null)),
      failures integer not null default 0,
      last_polled_at timestamptz,
      next_poll_at timestamptz not null default now(),
      lease uuid,
      leased_until timestamptz check ((lease is null) = (leased_until is null)),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      removed_at timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, program_id) references program,
      check (host_key is not null or not enabled)
    )`);
    await runner.query('create unique index file_drop_name on file_drop (tenant_id, name) where removed_at is null');
    await runner.query('create index file_drop_due on file_drop (tenant_id, next_poll_at) where enabled and removed_at is null');
    await protectTenantTable(runner, 'file_drop', ['select', 'insert', 'update']);
    await letWorkerSeeAllTenants(runner, 'file_drop');

    await runner.query(`create table file_import (
      tenant_id uuid not null references tenant,
      id uuid not null,
      type text check (type in ('TXN', 'CPD', 'BNS', 'CRD')),
      name text not null check (length(name) between 1 and 255),
      origin text not null check (origin in ('upload', 'sftp')),
      drop_id uuid,
      remote_path text,
      size bigint not null check (size >= 0),
      sha256 text check (length(sha256) = 64),
      validate_only boolean not null default false,
      program_id uuid,
      format jsonb not null,
      status text not null check (status in ('received', 'processing', 'completed', 'refused', 'cancelled', 'ignored')),
      code text,
      reason text,
      rows_total integer,
      rows_done integer not null default 0,
      accepted integer not null default 0,
      duplicates integer not null default 0,
      rejected integer not null default 0,
      points bigint not null default 0,
      scale smallint,
      byte_offset bigint not null default 0,
      line integer not null default 0,
      result_bytes bigint not null default 0,
      rejected_bytes bigint not null default 0,
      created_by text not null,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      finished_at timestamptz check ((finished_at is null) = (status in ('received', 'processing'))),
      moved_at timestamptz,
      delivered_at timestamptz,
      removed_at timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, drop_id) references file_drop,
      foreign key (tenant_id, program_id) references program,
      check ((origin = 'sftp') = (drop_id is not null and remote_path is not null)),
      check (type is not null or status = 'ignored'),
      check (status not in ('refused', 'ignored') or (code is not null and reason is not null)),
      check (accepted + duplicates + rejected = rows_done)
    )`);
    // What was refused as a whole, or stopped, may be sent again; a trial run takes no place.
    const counted = `where status in ('received', 'processing', 'completed') and not validate_only`;
    await runner.query(`create unique index file_import_name on file_import (tenant_id, type, name) ${counted}`);
    await runner.query(`create unique index file_import_content on file_import (tenant_id, sha256) ${counted}`);
    await runner.query(`create unique index file_import_ignored on file_import (tenant_id, drop_id, remote_path) where status = 'ignored'`);
    await runner.query(`create index file_import_waiting on file_import (tenant_id, id) where status in ('received', 'processing')`);
    await runner.query('create index file_import_of_drop on file_import (tenant_id, drop_id, id)');
    await runner.query(
      `create index file_import_kept on file_import (tenant_id, finished_at) where finished_at is not null and removed_at is null`,
    );
    await protectTenantTable(runner, 'file_import', ['select', 'insert', 'update']);

    await runner.query(`create table file_sighting (
      tenant_id uuid not null references tenant,
      drop_id uuid not null,
      remote_path text not null,
      size bigint not null,
      modified_at timestamptz not null,
      seen_at timestamptz not null default now(),
      primary key (tenant_id, drop_id, remote_path),
      foreign key (tenant_id, drop_id) references file_drop
    )`);
    await protectTenantTable(runner, 'file_sighting', ['select', 'insert', 'update', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table file_sighting, file_import, file_drop');
  }
}
