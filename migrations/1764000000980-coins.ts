import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Coin events: what an event gives, to users of which company, and what was given under which request. */
export class Coins1764000000980 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table coin_company (
      tenant_id uuid not null,
      id text not null check (id ~ '^CEK[0-9A-Z]{4,20}$'),
      name text check (length(name) between 1 and 200),
      card_account_id text not null check (card_account_id ~ '^CAQ[0-9A-Z]{4,20}$'),
      program_id uuid not null,
      created_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, card_account_id),
      foreign key (tenant_id, program_id) references program
    )`);
    await protectTenantTable(runner, 'coin_company', ['select', 'insert', 'update']);

    await runner.query(`create table coin_user (
      tenant_id uuid not null,
      id text not null check (id ~ '^EK[0-9A-Z]{4,20}$'),
      company_id text not null,
      member_id uuid not null,
      card_id text not null check (card_id ~ '^EKC[0-9A-Z]{4,20}$'),
      created_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, member_id),
      unique (tenant_id, card_id),
      foreign key (tenant_id, company_id) references coin_company,
      foreign key (tenant_id, member_id) references member
    )`);
    await runner.query('create index coin_user_company on coin_user (tenant_id, company_id, id)');
    await protectTenantTable(runner, 'coin_user', ['select', 'insert']);

    await runner.query(`create table coin_event (
      tenant_id uuid not null,
      id uuid not null,
      code text not null check (code ~ '^WCC[0-9A-Z]{4,20}$'),
      configuration text not null check (configuration in ('DEFAULT', 'CUSTOM')),
      company_id text,
      event text not null check (length(event) between 1 and 100),
      amount bigint not null check (amount > 0),
      version integer not null check (version > 0),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, code),
      foreign key (tenant_id, company_id) references coin_company,
      check ((configuration = 'CUSTOM') = (company_id is not null))
    )`);
    await runner.query('create unique index coin_event_default on coin_event (tenant_id, event) where company_id is null');
    await runner.query('create unique index coin_event_custom on coin_event (tenant_id, company_id, event) where company_id is not null');
    await protectTenantTable(runner, 'coin_event', ['select', 'insert', 'update', 'delete']);

    // What an event gave stays on record when the event is changed or removed.
    await runner.query(`create table coin_allocation (
      tenant_id uuid not null,
      company_id text not null,
      request_id text not null check (length(request_id) between 1 and 100),
      user_id text not null,
      event text not null,
      coin_event_id uuid not null,
      amount bigint not null check (amount > 0),
      transaction_id uuid not null,
      created_at timestamptz not null,
      primary key (tenant_id, company_id, request_id),
      foreign key (tenant_id, company_id) references coin_company,
      foreign key (tenant_id, user_id) references coin_user,
      foreign key (tenant_id, transaction_id) references ledger_transaction
    )`);
    await runner.query('create index coin_allocation_user on coin_allocation (tenant_id, user_id)');
    await protectTenantTable(runner, 'coin_allocation', ['select', 'insert']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table coin_allocation, coin_event, coin_user, coin_company');
  }
}
