import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refunds that wait for their purchase are listed, by age: when each was settled, and the way to find them. Those settled before do not say when. */
export class ParkedRefundsList1764000000963 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table parked_refund add column settled_at timestamptz');
    await runner.query('create index parked_refund_by_age on parked_refund (tenant_id, parked_at, reference)');
    await runner.query('create index parked_refund_by_status on parked_refund (tenant_id, status, parked_at, reference)');
    // Whose they are is asked when somebody is erased.
    for (const name of ['id', 'reference'])
      await runner.query(
        `create index parked_refund_of_member_${name} on parked_refund (tenant_id, (fact -> 'member' ->> '${name}')) where fact -> 'member' ->> '${name}' is not null`,
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop index parked_refund_by_age, parked_refund_by_status, parked_refund_of_member_id, parked_refund_of_member_reference',
    );
    await runner.query('alter table parked_refund drop column settled_at');
  }
}
