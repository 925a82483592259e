import { letWorkerSeeAllTenants, protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to which local day the work of days has been done, and where the clocks of sandboxes are to go. */
export class DaysAndSandboxClocks1764000000921 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table tenant_day (
      tenant_id uuid primary key,
      day date not null,
      finished_at timestamptz not null
    )`);
    await protectTenantTable(runner, 'tenant_day', ['select', 'insert', 'update']);

    await runner.query(`create table sandbox_clock (
      tenant_id uuid primary key,
      target timestamptz not null,
      leased_by uuid,
      leased_until timestamptz,
      requested_at timestamptz not null default now()
    )`);
    await protectTenantTable(runner, 'sandbox_clock', ['select', 'insert', 'update', 'delete']);
    await letWorkerSeeAllTenants(runner, 'sandbox_clock');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sandbox_clock, tenant_day');
  }
}
