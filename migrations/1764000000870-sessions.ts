import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sign-ins of people, the refresh tokens of each, failed sign-ins, and what people say of themselves. */
export class Sessions1764000000870 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Of people, who belong to the platform: a password that changes ends the sessions of all tenants in one statement.
    await runner.query(`create table user_session (
      id uuid primary key,
      user_id uuid not null references user_account,
      signed_in_to uuid references tenant,
      kind text not null check (kind in ('token', 'cookie')),
      secret_hash bytea unique check (octet_length(secret_hash) = 32),
      mfa_passed boolean not null,
      address text,
      user_agent text,
      idle_seconds integer not null check (idle_seconds > 0),
      created_at timestamptz not null default now(),
      seen_at timestamptz not null default now(),
      expires_at timestamptz not null check (expires_at > created_at),
      revoked_at timestamptz,
      check ((kind = 'cookie') = (secret_hash is not null))
    )`);
    await runner.query(`comment on column user_session.signed_in_to is 'the tenant; null on the platform itself'`);
    await runner.query('create index user_session_of_user on user_session (user_id) where revoked_at is null');
    await runner.query('create index user_session_end on user_session (expires_at)');

    await runner.query(`create table refresh_token (
      hash bytea primary key check (octet_length(hash) = 32),
      session_id uuid not null references user_session on delete cascade,
      created_at timestamptz not null default now(),
      used_at timestamptz
    )`);
    await runner.query('create index refresh_token_of_session on refresh_token (session_id)');
    await runner.query('create unique index refresh_token_one_unused on refresh_token (session_id) where used_at is null');

    // Keyed hashes of addresses and names: the table tells nobody who tried to sign in.
    await runner.query(`create table sign_in_failure (
      key bytea primary key check (octet_length(key) = 32),
      failures integer not null check (failures >= 0),
      lockouts integer not null check (lockouts >= 0),
      locked_until timestamptz,
      failed_at timestamptz not null
    )`);
    await runner.query('create index sign_in_failure_age on sign_in_failure (failed_at)');

    await runner.query('grant select, insert, update, delete on user_session, refresh_token, sign_in_failure to tallystick_runtime');
    await runner.query(`alter table user_account
      add phone_number text check (phone_number ~ '^\\+[1-9][0-9]{6,14}$'),
      add timezone text check (length(timezone) between 1 and 64),
      add locale text check (length(locale) between 2 and 35),
      add avatar text check (avatar ~ '^https://' and length(avatar) <= 500)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table user_account drop avatar, drop locale, drop timezone, drop phone_number');
    await runner.query('drop table sign_in_failure, refresh_token, user_session');
  }
}
