import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The reference that its caller gave a redemption to money, and the way to coins by theirs: by it a caller finds the transaction. */
export class OwnReferences1764000000994 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table cash_redemption add column reference text');
    await runner.query(`update cash_redemption r set reference = regexp_replace(t.reference, '^redeem:(gafapay:[0-9a-f]{32}:)?', '')
      from ledger_transaction t where t.tenant_id = r.tenant_id and t.id = r.transaction_id and t.reference is not null`);
    await runner.query(
      'create index cash_redemption_reference on cash_redemption (tenant_id, reference, transaction_id) where reference is not null',
    );
    await runner.query('create index coin_allocation_request on coin_allocation (tenant_id, request_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index coin_allocation_request');
    await runner.query('alter table cash_redemption drop column reference');
  }
}
