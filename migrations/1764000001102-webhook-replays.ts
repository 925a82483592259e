import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was sent at each try, and what is delivered once more: one delivery, or all of a span of time. */
export class WebhookReplays1764000001102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table webhook_attempt add column request_url text, add column request_headers jsonb');
    // The tries before the last replay: from there on the schedule begins anew.
    await runner.query(
      'alter table webhook_delivery add column attempts_before smallint not null default 0 check (attempts_before between 0 and attempts)',
    );
    // The API asks for one delivery, or a trial; tries stay the worker's to write.
    await runner.query(
      'grant insert, update (status, next_attempt_at, delivered_at, attempts_before) on webhook_delivery to tallystick_runtime',
    );

    await runner.query(`create table webhook_replay (
      tenant_id uuid not null,
      id uuid not null,
      endpoint_id uuid not null,
      since timestamptz not null,
      until timestamptz not null,
      event_types text[] check (cardinality(event_types) between 1 and 100),
      undelivered_only boolean not null,
      status text not null default 'queued' check (status in ('queued', 'running', 'completed', 'canceled')),
      last_event_id uuid,
      events integer not null default 0 check (events >= 0),
      deliveries integer not null default 0 check (deliveries >= 0),
      created_at timestamptz not null default now(),
      completed_at timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, endpoint_id) references webhook_endpoint,
      constraint webhook_replay_span check (since < until),
      constraint webhook_replay_completed_when check ((completed_at is not null) = (status in ('completed', 'canceled')))
    )`);
    await runner.query('create index webhook_replay_of_endpoint on webhook_replay (tenant_id, endpoint_id, id)');
    await protectTenantTable(runner, 'webhook_replay', ['select', 'insert']);
    await runner.query('grant update, delete on webhook_replay to tallystick_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table webhook_replay');
    await runner.query(
      'revoke insert, update (status, next_attempt_at, delivered_at, attempts_before) on webhook_delivery from tallystick_runtime',
    );
    await runner.query('alter table webhook_delivery drop column attempts_before');
    await runner.query('alter table webhook_attempt drop column request_url, drop column request_headers');
  }
}
