import { letWorkerSeeAllTenants, protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where tenants want to be told of events, what is to be told, and each try. */
export class Webhooks1764000000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table webhook_endpoint (
      tenant_id uuid not null,
      id uuid not null,
      url text not null check (length(url) between 1 and 2048),
      event_types text[] not null check (cardinality(event_types) between 1 and 100),
      description text check (length(description) between 1 and 500),
      secret text not null,
      status text not null default 'active' check (status in ('active', 'disabled', 'removed')),
      disabled_reason text check (disabled_reason in ('request', 'gone', 'failing')),
      failures integer not null default 0 check (failures >= 0),
      failing_since timestamptz,
      paused_until timestamptz,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      constraint webhook_endpoint_disabled_reason_given check ((status = 'disabled') = (disabled_reason is not null))
    ) with (fillfactor = 50)`);
    await protectTenantTable(runner, 'webhook_endpoint', ['select', 'insert', 'update']);
    await letWorkerSeeAllTenants(runner, 'webhook_endpoint');

    // An event has no foreign key here: events and deliveries of an age are removed together, and the key would need an index of its own.
    await runner.query(`create table webhook_delivery (
      tenant_id uuid not null,
      id uuid not null,
      endpoint_id uuid not null,
      event_id uuid not null,
      event_name text not null,
      status text not null default 'pending' check (status in ('pending', 'failed', 'delivered', 'exhausted', 'canceled')),
      attempts smallint not null default 0 check (attempts >= 0),
      next_attempt_at timestamptz,
      last_status smallint,
      last_error text,
      delivered_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, endpoint_id) references webhook_endpoint,
      constraint webhook_delivery_due_while_open check ((next_attempt_at is not null) = (status in ('pending', 'failed'))),
      constraint webhook_delivery_delivered_when check ((delivered_at is not null) = (status = 'delivered'))
    )`);
    await runner.query(
      `create index webhook_delivery_due on webhook_delivery (tenant_id, endpoint_id, next_attempt_at, id) where next_attempt_at is not null`,
    );
    await runner.query(`create index webhook_delivery_of_endpoint on webhook_delivery (tenant_id, endpoint_id, id)`);
    await runner.query(`create index webhook_delivery_undelivered on webhook_delivery (tenant_id, status, id) where status <> 'delivered'`);
    await protectTenantTable(runner, 'webhook_delivery', ['select']);
    await letWorkerSeeAllTenants(runner, 'webhook_delivery');

    await runner.query(`create table webhook_attempt (
      tenant_id uuid not null,
      delivery_id uuid not null,
      number smallint not null check (number > 0),
      attempted_at timestamptz not null,
      duration_ms integer not null check (duration_ms >= 0),
      response_status smallint,
      response_text text check (length(response_text) <= 2048),
      error text,
      primary key (tenant_id, delivery_id, number),
      foreign key (tenant_id, delivery_id) references webhook_delivery on delete cascade
    )`);
    await protectTenantTable(runner, 'webhook_attempt', ['select']);

    await runner.query('grant insert, update, delete on webhook_delivery to tallystick_worker');
    await runner.query('grant insert, delete on webhook_attempt to tallystick_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table webhook_attempt, webhook_delivery, webhook_endpoint');
  }
}
