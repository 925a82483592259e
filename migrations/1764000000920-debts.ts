import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a wallet owes stands on an account of its own, below 0 until it is settled; the wallet names it (C3.4). */
export class Debts1764000000920 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table ledger_account add column debt_id uuid`);
    await runner.query(
      `alter table ledger_account add constraint ledger_account_debt check (purpose <> 'debt' or (posted <= 0 and held = 0 and not lotted))`,
    );
    // The purpose never changes: balance updates stay within their page.
    await runner.query(`create index ledger_account_debts on ledger_account (tenant_id, owner_id) where purpose = 'debt'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ledger_account_debts');
    await runner.query('alter table ledger_account drop constraint ledger_account_debt, drop column debt_id');
  }
}
