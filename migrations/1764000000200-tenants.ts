import { letWorkerSeeAllTenants } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Organizations and their tenants: a live one and its sandbox twin. */
export class Tenants1764000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table organization (
      id uuid primary key,
      name text not null check (length(name) between 1 and 200),
      created_at timestamptz not null default now()
    )`);
    await runner.query('grant select, insert, update on organization to tallystick_runtime');
    await runner.query(`create table tenant (
      id uuid primary key,
      organization_id uuid not null references organization,
      slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
      name text not null check (length(name) between 1 and 200),
      mode text not null check (mode in ('live', 'sandbox')),
      status text not null default 'active' check (status in ('active', 'suspended')),
      timezone text not null default 'UTC',
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      clock_offset_ms bigint not null default 0 check (clock_offset_ms >= 0 and (mode = 'sandbox' or clock_offset_ms = 0)),
      created_at timestamptz not null default now(),
      unique (organization_id, mode, slug)
    )`);
    await runner.query('alter table tenant enable row level security');
    await runner.query('alter table tenant force row level security');
    await runner.query('create policy own_tenant on tenant using (id = current_tenant_id()) with check (id = current_tenant_id())');
    await letWorkerSeeAllTenants(runner, 'tenant');
    await runner.query('grant select, insert, update on tenant to tallystick_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tenant, organization');
  }
}
