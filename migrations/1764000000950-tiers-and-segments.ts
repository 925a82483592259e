import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the tiers of a program are reached and lost, where each member stands, what became of it; and when segments were last computed. */
export class TiersAndSegments1764000000950 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Stands with the program, which every posting reads anyway: a program without tiers pays nothing for those that have some.
    await runner.query('alter table program add column tiered boolean not null default false');

    await runner.query(`create table tier_scheme (
      tenant_id uuid not null,
      program_id uuid not null,
      basis text not null check (basis in ('points', 'spend', 'purchases')),
      period text not null check (period in ('calendar_year', 'rolling_months', 'since_enrollment', 'program_anniversary')),
      period_months smallint check (period_months between 1 and 120),
      validity_days integer check (validity_days between 1 and 3660),
      grace_days integer not null check (grace_days between 0 and 366),
      downgrade text not null check (downgrade in ('one_down', 'full')),
      swept_to timestamptz not null default '-infinity',
      updated_at timestamptz not null default now(),
      primary key (tenant_id, program_id),
      foreign key (tenant_id, program_id) references program on delete cascade,
      check ((period = 'rolling_months') = (period_months is not null)),
      check (downgrade = 'full' or validity_days is not null)
    )`);
    await protectTenantTable(runner, 'tier_scheme', ['select', 'insert', 'update']);

    // Decimals fit any program's points and any currency.
    await runner.query('alter table tier add column threshold numeric(19, 4) not null default 0 check (threshold >= 0)');

    // Without a tier: the member is below the first one, or was.
    await runner.query(`alter table member_tier
      alter column tier_id drop not null,
      add column valid_until date,
      add column grace_until date,
      add column override_until date,
      add column reviewed_on date not null default current_date,
      add column review_on date,
      add column seen_number bigint not null default 0`);
    await runner.query('create index member_tier_due on member_tier (tenant_id, program_id, review_on) where review_on is not null');

    await runner.query(`create table member_tier_change (
      tenant_id uuid not null,
      id uuid not null,
      program_id uuid not null,
      member_id uuid not null,
      from_code text,
      to_code text,
      reason text not null check (reason in ('entered', 'upgraded', 'downgraded', 'overridden', 'override_ended')),
      changed_at timestamptz not null,
      recorded_at timestamptz not null,
      primary key (tenant_id, id),
      foreign key (tenant_id, program_id) references program on delete cascade,
      foreign key (tenant_id, member_id) references member,
      check (from_code is distinct from to_code)
    )`);
    await runner.query('create index member_tier_change_member on member_tier_change (tenant_id, member_id, program_id, id)');
    await protectTenantTable(runner, 'member_tier_change', ['select', 'insert']);

    await runner.query(`alter table segment
      add column description text,
      add column computed_at timestamptz,
      add column member_count integer not null default 0 check (member_count >= 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table segment drop column description, drop column computed_at, drop column member_count');
    await runner.query('drop table member_tier_change, tier_scheme');
    await runner.query(`delete from member_tier where tier_id is null`);
    await runner.query(`drop index member_tier_due`);
    await runner.query(`alter table member_tier alter column tier_id set not null, drop column valid_until, drop column grace_until,
      drop column override_until, drop column reviewed_on, drop column review_on, drop column seen_number`);
    await runner.query('alter table tier drop column threshold');
    await runner.query('alter table program drop column tiered');
  }
}
