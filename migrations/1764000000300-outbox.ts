import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened and what is to be done, written in the transaction that caused it; and the answers kept under idempotency keys. */
export class Outbox1764000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table event (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      data jsonb not null,
      request_id text not null,
      recorded_at timestamptz not null default now(),
      relayed_at timestamptz,
      primary key (tenant_id, id)
    )`);
    await runner.query('create index event_waiting on event (tenant_id, id) where relayed_at is null');
    await protectTenantTable(runner, 'event', ['select', 'insert']);

    await runner.query(`create table job_outbox (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      payload jsonb not null,
      request_id text not null,
      recorded_at timestamptz not null default now(),
      relayed_at timestamptz,
      failed_at timestamptz,
      failure text,
      primary key (tenant_id, id)
    )`);
    await runner.query('create index job_outbox_waiting on job_outbox (tenant_id, id) where relayed_at is null');
    await protectTenantTable(runner, 'job_outbox', ['select', 'insert']);

    for (const table of ['event', 'job_outbox']) {
      await runner.query(`create policy worker_relays on ${table} to tallystick_worker using (true) with check (true)`);
      await runner.query(`grant update, delete on ${table} to tallystick_worker`);
    }

    await runner.query(`create table idempotency_key (
      tenant_id uuid not null,
      actor_id text not null,
      key text not null check (length(key) between 1 and 255),
      fingerprint text not null,
      status smallint not null,
      body text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, actor_id, key)
    )`);
    await runner.query('create index idempotency_key_age on idempotency_key (tenant_id, created_at)');
    await protectTenantTable(runner, 'idempotency_key', ['select', 'insert']);
    await runner.query('grant delete on idempotency_key to tallystick_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency_key, job_outbox, event');
  }
}
