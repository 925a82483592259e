import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who was merged lives on in another: their wallets name the ones that go on for them, and what is theirs is found from either side. */
export class MergedMembers1764000000992 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table ledger_account add successor_id uuid check (successor_id <> id)');
    await runner.query(`update ledger_account a set successor_id = s.id from member m, ledger_account s
      where m.tenant_id = a.tenant_id and m.id = a.owner_id and m.merged_into is not null
        and s.tenant_id = a.tenant_id and s.owner_id = m.merged_into and s.asset_id = a.asset_id and s.purpose = a.purpose`);
    await runner.query('create index ledger_account_successor on ledger_account (tenant_id, successor_id) where successor_id is not null');
    // Lots that went on with their holder are found from the lot that they were.
    await runner.query('create index ledger_lot_parent on ledger_lot (tenant_id, parent_id) where parent_id is not null');
    await runner.query('grant delete on cash_user to tallystick_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke delete on cash_user from tallystick_runtime');
    await runner.query('drop index ledger_lot_parent, ledger_account_successor');
    await runner.query('alter table ledger_account drop successor_id');
  }
}
