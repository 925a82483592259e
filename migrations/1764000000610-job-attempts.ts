import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often a job was tried and whether it runs: known to the database, so that a lost queue forgets neither (OUT-06). */
export class JobAttempts1764000000610 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table job_outbox add column attempts smallint not null default 0, add column started_at timestamptz');
    await runner.query(`create index job_outbox_relayed on job_outbox (tenant_id, relayed_at) where relayed_at is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index job_outbox_relayed');
    await runner.query('alter table job_outbox drop column attempts, drop column started_at');
  }
}
