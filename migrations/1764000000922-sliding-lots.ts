import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lots whose end moves on with the activity of their holder, and each time it did. */
export class SlidingLots1764000000922 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table ledger_lot add column slides boolean not null default false');
    await runner.query(`create table ledger_lot_date (
      tenant_id uuid not null,
      lot_id uuid not null,
      transaction_id uuid not null,
      account_id uuid not null,
      expires_before timestamptz not null,
      expires_after timestamptz not null,
      recorded_at timestamptz not null,
      primary key (tenant_id, lot_id, transaction_id),
      check (expires_after > expires_before and expires_before > recorded_at)
    )`);
    await protectTenantTable(runner, 'ledger_lot_date', ['select', 'insert']);
    await runner.query(
      'create trigger append_only before update or delete on ledger_lot_date for each row execute function refuse_change()',
    );
    await runner.query(
      'create trigger append_only_whole before truncate on ledger_lot_date for each statement execute function refuse_change()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table ledger_lot_date');
    await runner.query('alter table ledger_lot drop column slides');
  }
}
