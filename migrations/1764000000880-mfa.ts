import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The second factor of people: the sealed secret of their authenticator app, and the hashes of their recovery codes. */
export class Mfa1764000000880 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table mfa_factor (
      user_id uuid primary key references user_account,
      secret text,
      confirmed_at timestamptz check ((secret is null) = (confirmed_at is null)),
      generation integer not null default 0,
      used_steps integer[] not null default '{}',
      failures smallint not null default 0,
      setup_failures smallint not null default 0,
      lockouts smallint not null default 0,
      locked_until timestamptz
    )`);
    await runner.query(`comment on column mfa_factor.generation is 'grows whenever the secret that a set-up shows must be another one'`);
    await runner.query(`create table mfa_recovery_code (
      user_id uuid not null references mfa_factor on delete cascade,
      hash bytea not null check (octet_length(hash) = 32),
      created_at timestamptz not null default now(),
      used_at timestamptz,
      primary key (user_id, hash)
    )`);
    // The worker has no business with factors but to erase one.
    await runner.query('grant select, insert, update, delete on mfa_factor, mfa_recovery_code to tallystick_app');
    await runner.query('grant delete, select (user_id) on mfa_factor to tallystick_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table mfa_recovery_code, mfa_factor');
  }
}
