import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What rules ask of a member besides the purchase: attributes that are nobody's secret, tier and segments. */
export class StandingOfMembers1764000000900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Only attributes that the tenant declared not personal; personal ones stay sealed in the profile.
    await runner.query(`alter table member add column attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object')`);

    await runner.query(`create table tier (
      tenant_id uuid not null,
      program_id uuid not null,
      id uuid not null,
      code text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
      name text not null check (length(name) between 1 and 200),
      rank smallint not null check (rank between 0 and 99),
      earn_multiplier numeric(9, 4) not null default 1 check (earn_multiplier >= 0),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, program_id, code),
      unique (tenant_id, program_id, rank),
      foreign key (tenant_id, program_id) references program on delete cascade
    )`);
    await protectTenantTable(runner, 'tier', ['select', 'insert', 'update', 'delete']);

    await runner.query(`create table member_tier (
      tenant_id uuid not null,
      program_id uuid not null,
      member_id uuid not null,
      tier_id uuid not null,
      since timestamptz not null,
      primary key (tenant_id, program_id, member_id),
      foreign key (tenant_id, member_id) references member,
      foreign key (tenant_id, tier_id) references tier
    )`);
    await runner.query('create index member_tier_tier on member_tier (tenant_id, tier_id)');
    await protectTenantTable(runner, 'member_tier', ['select', 'insert', 'update', 'delete']);

    await runner.query(`create table segment (
      tenant_id uuid not null,
      id uuid not null,
      code text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
      name text not null check (length(name) between 1 and 200),
      definition jsonb not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, code)
    )`);
    await protectTenantTable(runner, 'segment', ['select', 'insert', 'update', 'delete']);

    await runner.query(`create table segment_member (
      tenant_id uuid not null,
      segment_id uuid not null,
      member_id uuid not null,
      since timestamptz not null,
      primary key (tenant_id, segment_id, member_id),
      foreign key (tenant_id, segment_id) references segment on delete cascade,
      foreign key (tenant_id, member_id) references member
    )`);
    await runner.query('create index segment_member_member on segment_member (tenant_id, member_id)');
    await protectTenantTable(runner, 'segment_member', ['select', 'insert', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table segment_member, segment, member_tier, tier');
    await runner.query('alter table member drop column attributes');
  }
}
