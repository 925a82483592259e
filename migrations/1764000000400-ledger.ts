import { letWorkerSeeAllTenants, protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The double-entry ledger: accounts, transactions, entries, lots and holds; invariants stand here as constraints. */
export class Ledger1764000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table ledger_asset (
      tenant_id uuid not null,
      id uuid not null,
      code text not null,
      kind text not null check (kind in ('points', 'currency')),
      scale smallint not null check (scale between 0 and 4),
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, code)
    )`);
    await protectTenantTable(runner, 'ledger_asset', ['select', 'insert']);

    // No index on a column that a posting changes, and room on the page: every balance update stays within its page (HOT).
    await runner.query(`create table ledger_account (
      tenant_id uuid not null,
      id uuid not null,
      asset_id uuid not null,
      owner_id uuid not null,
      owner_type text not null,
      purpose text not null,
      floor bigint,
      lotted boolean not null,
      posted bigint not null default 0,
      held bigint not null default 0 check (held >= 0),
      seq bigint not null default 0 check (seq >= 0),
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, owner_id, asset_id, purpose),
      foreign key (tenant_id, asset_id) references ledger_asset,
      constraint ledger_account_floor check (floor is null or posted - held >= floor)
    ) with (fillfactor = 50)`);
    await protectTenantTable(runner, 'ledger_account', ['select', 'insert', 'update']);

    // One row a tenant, bumped once a list: numbers follow the order of commits without a gap, which statements and seals rely on.
    await runner.query(`create table ledger_counter (
      tenant_id uuid not null,
      name text not null,
      value bigint not null,
      primary key (tenant_id, name)
    ) with (fillfactor = 50)`);
    await protectTenantTable(runner, 'ledger_counter', ['select', 'insert', 'update']);

    await runner.query(`create table ledger_transaction (
      tenant_id uuid not null,
      id uuid not null,
      number bigint not null,
      kind text not null,
      reference text check (length(reference) between 1 and 300),
      hash text check (length(hash) = 64),
      ref_id uuid,
      once text check (once in ('reversal', 'hold_end')),
      account_id uuid not null,
      counter_account_id uuid,
      amount bigint not null,
      balance_after bigint not null,
      held_after bigint not null check (held_after >= 0),
      part bigint check (part >= 0),
      whole bigint check (whole >= part),
      due bigint check (due >= 0),
      legs jsonb not null,
      available_at timestamptz,
      effective_at timestamptz not null,
      recorded_at timestamptz not null,
      narration text,
      metadata jsonb,
      details jsonb,
      primary key (tenant_id, id),
      unique (tenant_id, number),
      check ((reference is null) = (hash is null)),
      check (once is null or ref_id is not null)
    )`);
    await runner.query(
      'create unique index ledger_transaction_reference on ledger_transaction (tenant_id, reference) where reference is not null',
    );
    await runner.query(
      'create unique index ledger_transaction_once on ledger_transaction (tenant_id, ref_id, once) where once is not null',
    );
    await runner.query('create index ledger_transaction_related on ledger_transaction (tenant_id, ref_id) where ref_id is not null');
    await runner.query('create index ledger_transaction_account on ledger_transaction (tenant_id, account_id, number)');
    await runner.query(
      'create index ledger_transaction_counter on ledger_transaction (tenant_id, counter_account_id, number) where counter_account_id is not null',
    );
    await protectTenantTable(runner, 'ledger_transaction', ['select', 'insert']);

    await runner.query(`create table ledger_entry (
      tenant_id uuid not null,
      account_id uuid not null,
      seq bigint not null check (seq > 0),
      transaction_id uuid not null,
      amount bigint not null check (amount <> 0),
      balance_after bigint not null,
      recorded_at timestamptz not null,
      primary key (tenant_id, account_id, seq)
    )`);
    await protectTenantTable(runner, 'ledger_entry', ['select', 'insert']);

    await runner.query(`create table ledger_lot (
      tenant_id uuid not null,
      account_id uuid not null,
      id uuid not null,
      transaction_id uuid not null,
      parent_id uuid,
      original bigint not null check (original > 0),
      remaining bigint not null check (remaining between 0 and original),
      held bigint not null default 0 check (held between 0 and remaining),
      earned_at timestamptz not null,
      available_at timestamptz not null,
      expires_at timestamptz,
      recorded_at timestamptz not null,
      open boolean generated always as (remaining > 0) stored,
      primary key (tenant_id, account_id, id),
      check (expires_at is null or expires_at > available_at)
    ) with (fillfactor = 80)`);
    // On \`open\` and not on \`remaining\`: only the update that empties a lot touches an index.
    await runner.query('create index ledger_lot_open on ledger_lot (tenant_id, account_id) where open');
    await runner.query(
      'create index ledger_lot_expiry on ledger_lot (tenant_id, expires_at, account_id) where open and expires_at is not null',
    );
    await runner.query('create index ledger_lot_transaction on ledger_lot (tenant_id, transaction_id)');
    await protectTenantTable(runner, 'ledger_lot', ['select', 'insert', 'update']);

    await runner.query(`create table ledger_lot_use (
      tenant_id uuid not null,
      transaction_id uuid not null,
      lot_id uuid not null,
      account_id uuid not null,
      position integer not null,
      remaining_change bigint not null,
      held_change bigint not null,
      hold_id uuid,
      recorded_at timestamptz not null,
      primary key (tenant_id, transaction_id, lot_id),
      check (remaining_change <> 0 or held_change <> 0)
    )`);
    await runner.query('create index ledger_lot_use_lot on ledger_lot_use (tenant_id, lot_id)');
    await runner.query('create index ledger_lot_use_hold on ledger_lot_use (tenant_id, hold_id) where hold_id is not null');
    await protectTenantTable(runner, 'ledger_lot_use', ['select', 'insert']);

    await runner.query(`create table ledger_hold (
      tenant_id uuid not null,
      id uuid not null,
      account_id uuid not null,
      amount bigint not null check (amount > 0),
      captured bigint not null default 0 check (captured >= 0),
      released bigint not null default 0 check (released >= 0),
      status text not null check (status in ('held', 'captured', 'released', 'expired')),
      expires_at timestamptz,
      placed_at timestamptz not null,
      primary key (tenant_id, id),
      check (captured + released <= amount),
      check ((status = 'held') = (captured + released < amount))
    )`);
    await runner.query(
      `create index ledger_hold_due on ledger_hold (tenant_id, expires_at) where status = 'held' and expires_at is not null`,
    );
    await runner.query(`create index ledger_hold_account on ledger_hold (tenant_id, account_id) where status = 'held'`);
    await protectTenantTable(runner, 'ledger_hold', ['select', 'insert', 'update']);
    for (const table of ['ledger_hold', 'ledger_lot']) await letWorkerSeeAllTenants(runner, table);

    for (const table of ['ledger_transaction', 'ledger_entry', 'ledger_lot_use']) {
      await runner.query(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
      await runner.query(
        `create trigger append_only_whole before truncate on ${table} for each statement execute function refuse_change()`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table ledger_hold, ledger_lot_use, ledger_lot, ledger_entry, ledger_transaction, ledger_counter, ledger_account, ledger_asset',
    );
  }
}
