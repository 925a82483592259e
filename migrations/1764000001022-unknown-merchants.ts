import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Purchases whose merchant was not known are looked at again when merchants have changed. */
export class UnknownMerchants1764000001022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Up to which change of merchants all were looked at (`seen_at`); while they are looked through, up to which they will have been
    // (`target_at`), and which was the last.
    await runner.query(`create table card_review (
      tenant_id uuid not null,
      seen_at timestamptz not null,
      target_at timestamptz check (target_at > seen_at),
      last_recorded_at timestamptz,
      last_id uuid,
      primary key (tenant_id),
      check (num_nulls(last_recorded_at, last_id) <> 1),
      check (last_id is null or target_at is not null)
    )`);
    await protectTenantTable(runner, 'card_review', ['select', 'insert', 'update']);
    await runner.query(`create index card_transaction_unknown on card_transaction (tenant_id, recorded_at, id)
      where type = 'purchase' and reason = 'merchant_unknown'`);
    await runner.query('create index merchant_updated on merchant (tenant_id, updated_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index merchant_updated, card_transaction_unknown');
    await runner.query('drop table card_review');
  }
}
