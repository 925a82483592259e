import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Manual credits and debits that wait for a second person, or did: whoever decides is never who asked. */
export class WalletAdjustments1764000000930 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table wallet_adjustment (
      tenant_id uuid not null,
      id uuid not null,
      account_id uuid not null,
      member_id uuid not null,
      program_id uuid not null,
      direction text not null check (direction in ('credit', 'debit')),
      units bigint not null check (units > 0),
      reason_code text not null check (length(reason_code) between 1 and 50),
      narration text not null check (length(narration) between 1 and 500),
      reference text not null check (length(reference) between 1 and 200),
      fingerprint text not null check (length(fingerprint) = 64),
      expires_at timestamptz,
      status text not null default 'pending' check (status in ('pending', 'approved', 'rejected')),
      requested_by text not null,
      requested_at timestamptz not null,
      decided_by text,
      decided_at timestamptz,
      remarks text,
      transaction_id uuid,
      primary key (tenant_id, id),
      unique (tenant_id, reference),
      foreign key (tenant_id, account_id) references ledger_account,
      foreign key (tenant_id, member_id) references member,
      foreign key (tenant_id, program_id) references program,
      constraint wallet_adjustment_second_person check (decided_by <> requested_by),
      check ((status = 'pending') = (decided_by is null)),
      check ((decided_by is null) = (decided_at is null)),
      check ((status = 'approved') = (transaction_id is not null)),
      check (direction = 'credit' or expires_at is null)
    )`);
    await runner.query('create index wallet_adjustment_requested on wallet_adjustment (tenant_id, requested_at, id)');
    await runner.query('create index wallet_adjustment_account on wallet_adjustment (tenant_id, account_id)');
    await runner.query('create index wallet_adjustment_member on wallet_adjustment (tenant_id, member_id)');
    await runner.query('create index wallet_adjustment_program on wallet_adjustment (tenant_id, program_id)');
    await protectTenantTable(runner, 'wallet_adjustment', ['select', 'insert', 'update']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table wallet_adjustment');
  }
}
