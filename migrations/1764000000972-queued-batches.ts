import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Batches of facts about points that are accepted now and posted by the worker: the Loyalife dialect answers them before they are counted. */
export class QueuedBatches1764000000972 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table queued_batch (
      tenant_id uuid not null,
      id uuid not null,
      client_id text not null,
      program_id uuid not null,
      created_at timestamptz not null,
      primary key (tenant_id, id),
      foreign key (tenant_id, program_id) references program
    )`);
    await protectTenantTable(runner, 'queued_batch', ['select', 'insert']);

    await runner.query(`create table queued_line (
      tenant_id uuid not null,
      batch_id uuid not null,
      position integer not null,
      request_id uuid not null,
      client_key text check (length(client_key) between 1 and 300),
      fingerprint text not null check (length(fingerprint) = 64),
      fact jsonb,
      status text not null check (status in ('pending', 'posted', 'replayed', 'parked', 'refused')),
      reference text,
      transaction_id uuid,
      code text,
      reason text,
      primary key (tenant_id, batch_id, position),
      foreign key (tenant_id, batch_id) references queued_batch,
      check ((status = 'pending') = (fact is not null))
    )`);
    await runner.query(`comment on column queued_line.fact is 'Names a member, so it is kept only until it is posted.'`);
    await runner.query(`create index queued_line_client_key on queued_line (tenant_id, client_key) where client_key is not null`);
    await runner.query(`create index queued_line_pending on queued_line (tenant_id, batch_id, position) where status = 'pending'`);
    await protectTenantTable(runner, 'queued_line', ['select', 'insert', 'update']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table queued_line, queued_batch');
  }
}
