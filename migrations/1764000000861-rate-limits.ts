import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each caller has used of the rate limits, shared by all processes. The columns are those of rate-limiter-flexible. */
export class RateLimits1764000000861 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Rows are counted up in place and removed an hour after their window.
    await runner.query(`create table rate_limit (
      key varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500)`);
    await runner.query('grant select, insert, update, delete on rate_limit to tallystick_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table rate_limit');
  }
}
