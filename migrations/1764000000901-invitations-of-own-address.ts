import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who leaves the platform finds the invitations that went to their address, also in tenants that they are no longer in. */
export class InvitationsOfOwnAddress1764000000901 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create policy invitations_of_own_address on invitation for select
      using (current_tenant_id() is null and email = (select u.email from user_account u where u.id = current_user_id()))`);
    await runner.query('create index invitation_by_email on invitation (tenant_id, email)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index invitation_by_email');
    await runner.query('drop policy invitations_of_own_address on invitation');
  }
}
