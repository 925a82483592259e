import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A number that puts events about the same thing in order: the database's clock, in microseconds, when the row is written, just before the
 * commit. Whoever changes the same thing next waits for that commit first, so theirs is larger. Events of before have none.
 */
export class EventSequence1764000001101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table event add column sequence bigint');
    await runner.query('alter table event alter column sequence set default (extract(epoch from clock_timestamp()) * 1000000)::bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table event drop column sequence');
  }
}
