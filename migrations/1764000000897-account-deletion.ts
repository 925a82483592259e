import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people ask for who want their account gone, and the proof that is left of it. */
export class AccountDeletion1764000000897 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table account_deletion (
      id uuid primary key,
      user_id uuid not null references user_account,
      status text not null default 'scheduled' check (status in ('scheduled', 'cancelled', 'completed')),
      reason text check (length(reason) between 1 and 500),
      requested_at timestamptz not null default now(),
      scheduled_for timestamptz not null,
      cancelled_at timestamptz check ((status = 'cancelled') = (cancelled_at is not null)),
      completed_at timestamptz check ((status = 'completed') = (completed_at is not null)),
      erased text[] check ((status = 'completed') = (erased is not null)),
      check (status <> 'completed' or reason is null)
    )`);
    await runner.query(`create unique index account_deletion_one_scheduled on account_deletion (user_id) where status = 'scheduled'`);
    await runner.query(`create index account_deletion_due on account_deletion (scheduled_for) where status = 'scheduled'`);
    await runner.query('create index account_deletion_of_user on account_deletion (user_id, requested_at)');
    await runner.query('grant select, insert, update on account_deletion to tallystick_runtime');

    await runner.query(`alter table user_account drop constraint user_account_status_check,
      add constraint user_account_status_check check (status in ('active', 'disabled', 'erased'))`);
    // The worker sees which factors are whose, so that it can remove them, and nothing that is in them.
    await runner.query('grant select (user_id), delete on mfa_factor to tallystick_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke select (user_id), delete on mfa_factor from tallystick_worker');
    await runner.query(`update user_account set status = 'disabled' where status = 'erased'`);
    await runner.query(`alter table user_account drop constraint user_account_status_check,
      add constraint user_account_status_check check (status in ('active', 'disabled'))`);
    await runner.query('drop table account_deletion');
  }
}
