import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Financial institutions among the tenants, whom the platform approves before cashback is theirs to ask for; and tokens that a new secret ends. */
export class Institutions1764000001050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `contact` is sealed: a name, an address and a phone of a person. `refresh_rate` 0 is weekly, 1 daily (C6.1).
    await runner.query(`create table institution (
      tenant_id uuid primary key references tenant,
      status text not null check (status in ('pending', 'approved', 'rejected')),
      country text not null check (country ~ '^[A-Z]{2}$'),
      contact text not null,
      refresh_rate smallint not null default 0 check (refresh_rate in (0, 1)),
      requested_by uuid references user_account,
      requested_at timestamptz not null,
      decided_by uuid references user_account check (decided_by <> requested_by),
      decided_at timestamptz,
      decision_reason text check (length(decision_reason) between 1 and 1000),
      check ((status = 'pending') = (decided_at is null)),
      check (status <> 'rejected' or decision_reason is not null)
    )`);
    await protectTenantTable(runner, 'institution', ['select', 'insert', 'update']);
    // As with requests for networks: who decides has no tenant, and sees those of all.
    await runner.query('create policy staff_reads_institutions on institution for select using ((select is_platform_staff()))');
    await runner.query('alter table api_client add secret_generation integer not null default 0 check (secret_generation >= 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_client drop secret_generation');
    await runner.query('drop table institution');
  }
}
