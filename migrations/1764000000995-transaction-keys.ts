import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The keys that clients give their transactions: one key is one transaction, alone or as a line of a batch. Lines had a column of theirs. */
export class TransactionKeys1764000000995 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table transaction_key (
      tenant_id uuid not null,
      client_id text not null,
      key text not null check (length(key) between 1 and 200),
      fingerprint text not null check (length(fingerprint) = 64),
      created_at timestamptz not null,
      primary key (tenant_id, client_id, key)
    )`);
    await runner.query(`insert into transaction_key (tenant_id, client_id, key, fingerprint, created_at)
      select distinct on (l.tenant_id, l.client_key) l.tenant_id, b.client_id, substr(l.client_key, length(b.client_id) + 2), l.fingerprint, b.created_at
      from queued_line l join queued_batch b on b.tenant_id = l.tenant_id and b.id = l.batch_id
      where l.client_key is not null order by l.tenant_id, l.client_key, b.created_at, l.position`);
    await runner.query('create index transaction_key_created on transaction_key (tenant_id, created_at)');
    await protectTenantTable(runner, 'transaction_key', ['select', 'insert', 'delete']);
    await runner.query('drop index queued_line_client_key');
    await runner.query('alter table queued_line drop column client_key');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table queued_line add column client_key text check (length(client_key) between 1 and 300)');
    await runner.query('create index queued_line_client_key on queued_line (tenant_id, client_key) where client_key is not null');
    await runner.query('drop table transaction_key');
  }
}
