import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which redemption paid for which purchase: one for one. */
export class PaidPurchases1764000000983 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table paid_purchase (
      tenant_id uuid not null,
      redemption_id uuid not null,
      purchase_id uuid not null,
      primary key (tenant_id, redemption_id),
      unique (tenant_id, purchase_id),
      foreign key (tenant_id, redemption_id) references ledger_transaction,
      foreign key (tenant_id, purchase_id) references ledger_transaction
    )`);
    await protectTenantTable(runner, 'paid_purchase', ['select', 'insert']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table paid_purchase');
  }
}
