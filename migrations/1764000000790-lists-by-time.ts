import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists of members in the order of their enrollment, and of transactions of a time, without reading all of a tenant's. */
export class ListsByTime1764000000790 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index member_created on member (tenant_id, created_at, id)');
    await runner.query('create index ledger_transaction_recorded on ledger_transaction (tenant_id, recorded_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ledger_transaction_recorded, member_created');
  }
}
