import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Points put on users' cards and taken off them, each under the caller's reference; refresh tokens and failed sign-ins of partners. */
export class CardPoints1764000000982 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table card_points (
      tenant_id uuid not null,
      reference text not null check (length(reference) between 1 and 100),
      hash text not null check (length(hash) = 64),
      user_id text not null,
      transaction_id uuid not null,
      balance bigint not null,
      created_at timestamptz not null,
      primary key (tenant_id, reference),
      foreign key (tenant_id, user_id) references coin_user,
      foreign key (tenant_id, transaction_id) references ledger_transaction
    )`);
    await runner.query('create index card_points_transaction on card_points (tenant_id, transaction_id)');
    await protectTenantTable(runner, 'card_points', ['select', 'insert']);

    await runner.query(`create table partner_refresh_token (
      tenant_id uuid not null,
      token_hash bytea not null,
      family uuid not null,
      api_client_id uuid not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (tenant_id, token_hash),
      foreign key (tenant_id, api_client_id) references api_client on delete cascade
    )`);
    await runner.query('create index partner_refresh_token_family on partner_refresh_token (tenant_id, family)');
    await runner.query('create index partner_refresh_token_client on partner_refresh_token (tenant_id, api_client_id)');
    await protectTenantTable(runner, 'partner_refresh_token', ['select', 'insert', 'update', 'delete']);

    await runner.query(`create table partner_lock (
      tenant_id uuid not null,
      api_client_id uuid not null,
      failures integer not null check (failures >= 0),
      locked_until timestamptz,
      primary key (tenant_id, api_client_id),
      foreign key (tenant_id, api_client_id) references api_client on delete cascade
    )`);
    await protectTenantTable(runner, 'partner_lock', ['select', 'insert', 'update', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table partner_lock, partner_refresh_token, card_points');
  }
}
