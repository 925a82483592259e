import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What belongs to the platform in a table of tenants has an id that no tenant has. */
const PLATFORM = `current_tenant_id() is null and tenant_id = '00000000-0000-0000-0000-000000000000'`;

/** Lets people of the platform write under idempotency keys: each sees their own, and the worker removes the old ones. */
export class PlatformKeys1764000000821 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const own = `${PLATFORM} and actor_id = current_user_id()::text`;
    await runner.query(`create policy platform_reads_own_keys on idempotency_key for select using (${own})`);
    await runner.query(`create policy platform_keeps_own_keys on idempotency_key for insert with check (${own})`);
    await runner.query(`create policy worker_sees_platform_keys on idempotency_key for select to tallystick_worker using (${PLATFORM})`);
    await runner.query(`create policy worker_removes_platform_keys on idempotency_key for delete to tallystick_worker using (${PLATFORM})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const policy of [
      'worker_removes_platform_keys',
      'worker_sees_platform_keys',
      'platform_keeps_own_keys',
      'platform_reads_own_keys',
    ])
      await runner.query(`drop policy ${policy} on idempotency_key`);
  }
}
