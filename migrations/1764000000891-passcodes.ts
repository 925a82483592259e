import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One-time passcodes, and whether an e-mail address is its person's. */
export class Passcodes1764000000891 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table passcode_challenge (
      purpose text not null check (purpose in ('login', 'password_reset', 'password_reset_link', 'verify_email', 'verify_email_link',
        'sensitive_action', 'prefund_decision', 'member_login')),
      subject text not null check (length(subject) between 1 and 200),
      id uuid not null unique,
      secret_hash bytea not null check (octet_length(secret_hash) = 32),
      attempts smallint not null default 0 check (attempts between 0 and 5),
      issued integer not null default 1 check (issued > 0),
      issued_at timestamptz not null default now(),
      resend_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (purpose, subject)
    )`);
    await runner.query('create index passcode_challenge_age on passcode_challenge (issued_at)');
    await runner.query('grant select, insert, update, delete on passcode_challenge to tallystick_runtime');
    await runner.query('alter table user_account add column email_verified_at timestamptz');
    // Until now accounts were made by operators alone, who knew whose addresses these are.
    await runner.query('update user_account set email_verified_at = created_at');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table user_account drop column email_verified_at');
    await runner.query('drop table passcode_challenge');
  }
}
