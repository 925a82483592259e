import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Earning rules with their versions, approved by a second person, and the counters behind caps, budgets and first purchases. */
export class EarningRules1764000000910 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table earning_rule (
      tenant_id uuid not null,
      id uuid not null,
      program_id uuid not null,
      code text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
      status text not null default 'draft' check (status in ('draft', 'published', 'paused', 'archived')),
      version integer not null default 1 check (version > 0),
      live_version integer check (live_version between 1 and version),
      counts_purchases boolean not null default false,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, program_id, code),
      foreign key (tenant_id, program_id) references program on delete cascade,
      check (status <> 'draft' or live_version is null),
      check (status not in ('published', 'paused') or live_version is not null)
    )`);
    // Read with the programs for each list of postings. \`counts_purchases\` stays once a version that counts was published:
    // counters that were left alone for a while would be wrong when a rule looks at them again.
    await runner.query(
      `create index earning_rule_in_force on earning_rule (tenant_id, program_id) where status = 'published' or counts_purchases`,
    );
    await protectTenantTable(runner, 'earning_rule', ['select', 'insert', 'update']);

    // Whoever approves a version is another person than the one who edited it last.
    await runner.query(`create table earning_rule_version (
      tenant_id uuid not null,
      rule_id uuid not null,
      version integer not null check (version > 0),
      status text not null check (status in ('draft', 'submitted', 'approved', 'published', 'retired')),
      definition jsonb not null check (jsonb_typeof(definition) = 'object'),
      edited_by text not null,
      edited_at timestamptz not null,
      approved_by text,
      approved_at timestamptz,
      published_at timestamptz,
      primary key (tenant_id, rule_id, version),
      foreign key (tenant_id, rule_id) references earning_rule on delete cascade,
      constraint earning_rule_version_approver check (approved_by <> edited_by),
      check ((approved_by is null) = (approved_at is null)),
      check ((status in ('draft', 'submitted')) = (approved_by is null)),
      check ((status in ('published', 'retired')) = (published_at is not null))
    )`);
    await protectTenantTable(runner, 'earning_rule_version', ['select', 'insert', 'update']);
    await runner.query(
      `alter table earning_rule add constraint earning_rule_live foreign key (tenant_id, id, live_version) references earning_rule_version`,
    );
    // Postings name the version they were made under: what was once approved is never rewritten.
    await runner.query(`create function refuse_rewriting_rule() returns trigger language plpgsql as $$
      begin
        raise exception 'version % of rule % was published and does not change', old.version, old.rule_id using errcode = '55000';
      end $$`);
    await runner.query(`create trigger published_versions_stay before update on earning_rule_version for each row
      when (old.published_at is not null and (new.definition, new.edited_by, new.approved_by) is distinct from (old.definition, old.edited_by, old.approved_by))
      execute function refuse_rewriting_rule()`);

    // One row for each counter: a rule's points by member and period, or by everybody; a program's purchases by member.
    // \`scope_id\` is the id of either a rule or a program, \`member_id\` of nobody where everybody is counted.
    await runner.query(`create table earning_counter (
      tenant_id uuid not null,
      scope_id uuid not null,
      member_id uuid not null,
      period text not null check (length(period) between 1 and 20),
      used bigint not null check (used >= 0),
      ends_on date,
      primary key (tenant_id, scope_id, member_id, period)
    ) with (fillfactor = 50)`);
    await runner.query('create index earning_counter_ended on earning_counter (tenant_id, ends_on) where ends_on is not null');
    await protectTenantTable(runner, 'earning_counter', ['select', 'insert', 'update', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table earning_counter');
    await runner.query('alter table earning_rule drop constraint earning_rule_live');
    await runner.query('drop table earning_rule_version, earning_rule');
    await runner.query('drop function refuse_rewriting_rule');
  }
}
