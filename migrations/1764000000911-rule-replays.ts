import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Replays of a version of a rule over past purchases: how far each is, what it found, and what it has to remember between two chunks. */
export class RuleReplays1764000000911 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // \`rules\` is what was in force when it was asked for, \`draft\` what is tried: later edits do not change a replay under way.
    await runner.query(`create table rule_replay (
      tenant_id uuid not null,
      id uuid not null,
      program_id uuid not null,
      rule_id uuid not null,
      rule_version integer not null,
      draft jsonb not null,
      rules jsonb not null,
      starts_at timestamptz not null,
      ends_at timestamptz not null check (ends_at > starts_at),
      status text not null default 'queued' check (status in ('queued', 'running', 'completed')),
      first_number bigint,
      last_number bigint,
      cursor_number bigint,
      purchases bigint not null default 0,
      issued numeric not null default 0,
      report jsonb,
      requested_by text not null,
      created_at timestamptz not null,
      completed_at timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, rule_id, rule_version) references earning_rule_version on delete cascade,
      check ((status = 'completed') = (report is not null)),
      check ((status = 'completed') = (completed_at is not null)),
      check (status = 'queued' or cursor_number is not null)
    )`);
    await runner.query('create index rule_replay_rule on rule_replay (tenant_id, rule_id, rule_version)');
    await protectTenantTable(runner, 'rule_replay', ['select', 'insert', 'update']);

    await runner.query(`create table rule_replay_member (
      tenant_id uuid not null,
      replay_id uuid not null,
      member_id uuid not null,
      now_units numeric not null,
      draft_units numeric not null,
      primary key (tenant_id, replay_id, member_id),
      foreign key (tenant_id, replay_id) references rule_replay on delete cascade
    ) with (fillfactor = 80)`);
    await protectTenantTable(runner, 'rule_replay_member', ['select', 'insert', 'update', 'delete']);

    await runner.query(`create table rule_replay_counter (
      tenant_id uuid not null,
      replay_id uuid not null,
      side text not null check (side in ('now', 'draft')),
      scope_id uuid not null,
      member_id uuid not null,
      period text not null,
      used bigint not null check (used >= 0),
      primary key (tenant_id, replay_id, side, scope_id, member_id, period),
      foreign key (tenant_id, replay_id) references rule_replay on delete cascade
    ) with (fillfactor = 80)`);
    await protectTenantTable(runner, 'rule_replay_counter', ['select', 'insert', 'update', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table rule_replay_counter, rule_replay_member, rule_replay');
  }
}
