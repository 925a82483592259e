import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Redemption to money: what points are worth in a currency, for which kind of user, how much of it, and what was redeemed so. */
export class RedemptionToMoney1764000000981 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `value` is a count of 10^-6 of the currency; `points` and the limits count the program's smallest unit.
    await runner.query(`create table cash_redemption_config (
      tenant_id uuid not null,
      id uuid not null,
      program_id uuid not null,
      user_type text not null check (user_type in ('customer', 'merchant', 'agent')),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      redeem_type text not null check (redeem_type = 'cashback'),
      points bigint not null check (points > 0),
      value bigint not null check (value > 0),
      min_points bigint check (min_points > 0),
      max_points bigint check (max_points >= coalesce(min_points, 1)),
      redeem_cycle text not null check (redeem_cycle in ('day', 'week', 'month', 'year')),
      max_points_per_cycle bigint check (max_points_per_cycle > 0),
      max_redemptions_per_cycle integer check (max_redemptions_per_cycle > 0),
      active boolean not null,
      version integer not null check (version > 0),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, program_id, user_type, currency),
      foreign key (tenant_id, program_id) references program on delete cascade
    )`);
    await protectTenantTable(runner, 'cash_redemption_config', ['select', 'insert', 'update', 'delete']);

    // Who is in no row is a customer.
    await runner.query(`create table cash_user (
      tenant_id uuid not null,
      member_id uuid not null,
      user_type text not null check (user_type in ('customer', 'merchant', 'agent')),
      primary key (tenant_id, member_id),
      foreign key (tenant_id, member_id) references member
    )`);
    await protectTenantTable(runner, 'cash_user', ['select', 'insert', 'update']);

    // What the limits of a cycle count; a redemption that was reversed does not.
    await runner.query(`create table cash_redemption (
      tenant_id uuid not null,
      transaction_id uuid not null,
      number bigint not null,
      member_id uuid not null,
      program_id uuid not null,
      config_id uuid not null,
      config_version integer not null,
      currency text not null,
      points bigint not null check (points > 0),
      amount bigint not null check (amount > 0),
      redeemed_at timestamptz not null,
      primary key (tenant_id, transaction_id),
      foreign key (tenant_id, transaction_id) references ledger_transaction,
      foreign key (tenant_id, member_id) references member,
      foreign key (tenant_id, program_id) references program
    )`);
    await runner.query('create index cash_redemption_member on cash_redemption (tenant_id, member_id, number)');
    await runner.query('create index cash_redemption_cycle on cash_redemption (tenant_id, member_id, config_id, redeemed_at)');
    await protectTenantTable(runner, 'cash_redemption', ['select', 'insert']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table cash_redemption, cash_user, cash_redemption_config');
  }
}
