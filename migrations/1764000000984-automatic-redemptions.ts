import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Points that are redeemed to money by themselves: from how many on, in which steps, and what became of it on each day. */
export class AutomaticRedemptions1764000000984 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table cash_redemption_config
      add automatic_at bigint check (automatic_at > 0),
      add automatic_step bigint check (automatic_step between 1 and automatic_at),
      add constraint cash_redemption_config_automatic_check check ((automatic_at is null) = (automatic_step is null))`);
    // Points of a program cannot go two ways at once.
    await runner.query(`create unique index cash_redemption_config_automatic on cash_redemption_config (tenant_id, program_id, user_type)
      where automatic_at is not null`);

    // Once for each member and local day (C1.7): the redemption, or the code of what kept it from being one.
    await runner.query(`create table automatic_redemption (
      tenant_id uuid not null,
      program_id uuid not null,
      member_id uuid not null,
      day date not null,
      config_id uuid not null,
      transaction_id uuid,
      code text,
      primary key (tenant_id, program_id, member_id, day),
      foreign key (tenant_id, program_id) references program on delete cascade,
      foreign key (tenant_id, member_id) references member,
      foreign key (tenant_id, transaction_id) references ledger_transaction,
      check (num_nonnulls(transaction_id, code) = 1)
    )`);
    await runner.query(
      `create index automatic_redemption_refused on automatic_redemption (tenant_id, config_id, day) where code is not null`,
    );
    await protectTenantTable(runner, 'automatic_redemption', ['select', 'insert']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table automatic_redemption');
    await runner.query('drop index cash_redemption_config_automatic');
    await runner.query('alter table cash_redemption_config drop column automatic_step, drop column automatic_at');
  }
}
