import type { MigrationInterface, QueryRunner } from 'typeorm';

const isPlatformStaff = (condition: string): string => `create or replace function is_platform_staff() returns boolean
  language sql stable parallel safe
  as $$ select current_tenant_id() is null and exists (
    select from platform_role p join user_account u on u.id = p.user_id
    where p.user_id = current_user_id() and ${condition}) $$`;

/** Staff of the platform who are suspended see no tenant. */
export class SuspendedStaff1764000000899 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(isPlatformStaff(`u.status = 'active' and p.status = 'active'`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(isPlatformStaff(`u.status = 'active'`));
  }
}
