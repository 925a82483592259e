import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE =
  "'login', 'password_reset', 'password_reset_link', 'verify_email', 'verify_email_link', 'sensitive_action', 'prefund_decision', 'member_login'";

/** What members prove themselves by: a secret that their tenant's system presents, and mailed codes for whatever it asks them to confirm. */
export class MemberCredentials1764000000942 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table member_credential (
      tenant_id uuid not null,
      member_id uuid not null,
      secret_hash text not null check (secret_hash like '$argon2id$%'),
      changed_at timestamptz not null default now(),
      primary key (tenant_id, member_id),
      foreign key (tenant_id, member_id) references member
    )`);
    await protectTenantTable(runner, 'member_credential', ['select', 'insert', 'update', 'delete']);
    await purposes(runner, `${BEFORE}, 'member_otp'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from passcode_challenge where purpose = 'member_otp'`);
    await purposes(runner, BEFORE);
    await runner.query('drop table member_credential');
  }
}

async function purposes(runner: QueryRunner, list: string): Promise<void> {
  await runner.query('alter table passcode_challenge drop constraint passcode_challenge_purpose_check');
  await runner.query(`alter table passcode_challenge add constraint passcode_challenge_purpose_check check (purpose in (${list}))`);
}
