import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The roles that the apps sign in as: they own nothing and cannot bypass row-level security. */
export class DatabaseRoles1764000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Roles belong to the server, not to the database: several databases of one server share them.
    for (const [role, attributes] of [
      ['tallystick_runtime', 'nologin'],
      ['tallystick_app', 'login in role tallystick_runtime'],
      ['tallystick_worker', 'login in role tallystick_runtime'],
    ] as const) {
      await runner.query(`do $$ begin
        perform pg_advisory_xact_lock(7411764000000100);
        if not exists (select from pg_roles where rolname = '${role}') then
          create role ${role} ${attributes} nosuperuser nocreatedb nocreaterole nobypassrls;
        end if;
      end $$`);
    }
    await runner.query(`do $$ begin
      perform pg_advisory_xact_lock(7411764000000100);
      execute format('alter role tallystick_app in database %I set statement_timeout = ''30s''', current_database());
      execute format('alter role tallystick_app in database %I set idle_in_transaction_session_timeout = ''30s''', current_database());
      execute format('alter role tallystick_worker in database %I set statement_timeout = ''300s''', current_database());
      execute format('alter role tallystick_worker in database %I set idle_in_transaction_session_timeout = ''60s''', current_database());
    end $$`);
    await runner.query(`revoke all on schema public from public`);
    await runner.query(`grant usage on schema public to tallystick_runtime`);
    await runner.query(`create function current_tenant_id() returns uuid language sql stable parallel safe
      as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$`);
    await runner.query(`create function current_user_id() returns uuid language sql stable parallel safe
      as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$`);
    // The tenant's own time: the database's clock, ahead by what a sandbox tenant has moved it; whole milliseconds, as the apps see it.
    await runner.query(`create function tenant_now() returns timestamptz language sql volatile
      as $$ select date_trunc('milliseconds', clock_timestamp())
        + coalesce(nullif(current_setting('app.clock_offset_ms', true), '')::bigint, 0) * interval '1 millisecond' $$`);
    await runner.query(`create function refuse_change() returns trigger language plpgsql
      as $$ begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function refuse_change(), tenant_now(), current_user_id(), current_tenant_id()');
    await runner.query('revoke usage on schema public from tallystick_runtime');
  }
}
