import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The worker takes people from the platform whose account is deleted, and no others. */
export class ErasedStaff1764000000898 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create policy worker_erases on platform_role for delete to tallystick_worker using (exists (
      select from account_deletion d where d.user_id = platform_role.user_id and d.status = 'completed'))`);
    await runner.query('grant delete on platform_role to tallystick_worker');
    await runner.query('grant update (email, full_name) on platform_invitation to tallystick_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke update (email, full_name) on platform_invitation from tallystick_worker');
    await runner.query('revoke delete on platform_role from tallystick_worker');
    await runner.query('drop policy worker_erases on platform_role');
  }
}
