import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A count waits for no disk, by the nature of its table: a setting of the connection does not pass a pooler (TEN-05). */
export class RateLimitsUnlogged1764000000862 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table rate_limit set unlogged');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table rate_limit set logged');
  }
}
