import { letWorkerSeeAllTenants, protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Seals over the ledger, and the keys that sign them. Only the worker seals; the APIs see neither a private key nor a way to write. */
export class Seals1764000000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table ledger_seal_key (
      tenant_id uuid not null,
      id text not null check (length(id) = 43),
      public_key bytea not null check (length(public_key) = 32),
      private_key text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id)
    )`);
    await protectTenantTable(runner, 'ledger_seal_key', ['select']);
    await runner.query('revoke select on ledger_seal_key from tallystick_runtime');
    await runner.query('grant select (tenant_id, id, public_key, created_at) on ledger_seal_key to tallystick_runtime');
    await runner.query('grant select, insert on ledger_seal_key to tallystick_worker');

    await runner.query(`create table ledger_seal (
      tenant_id uuid not null,
      number bigint not null check (number > 0),
      format smallint not null check (format = 1),
      first_transaction bigint not null,
      last_transaction bigint not null check (last_transaction >= first_transaction),
      leaf_count integer not null check (leaf_count > 0),
      root bytea not null check (length(root) = 32),
      previous_chain bytea not null check (length(previous_chain) = 32),
      chain bytea not null check (length(chain) = 32),
      signature bytea not null check (length(signature) = 64),
      key_id text not null,
      sealed_at timestamptz not null,
      leaves bytea not null check (length(leaves) = 32 * leaf_count),
      primary key (tenant_id, number),
      unique (tenant_id, last_transaction),
      foreign key (tenant_id, key_id) references ledger_seal_key
    )`);
    // Hashes do not compress.
    await runner.query('alter table ledger_seal alter column leaves set storage external');
    await protectTenantTable(runner, 'ledger_seal', ['select']);
    await runner.query('grant insert on ledger_seal to tallystick_worker');

    for (const table of ['ledger_seal_key', 'ledger_seal']) {
      await runner.query(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
      await runner.query(
        `create trigger append_only_whole before truncate on ${table} for each statement execute function refuse_change()`,
      );
    }
    // From these two the worker sees which tenants have something to seal.
    for (const table of ['ledger_counter', 'ledger_seal']) await letWorkerSeeAllTenants(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop policy worker_reads_all on ledger_counter');
    await runner.query('drop table ledger_seal, ledger_seal_key');
  }
}
