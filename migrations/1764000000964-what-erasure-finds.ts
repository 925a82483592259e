import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the events in which something stands that was written of a person, without going through all of a tenant's. */
export class WhatErasureFinds1764000000964 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index event_of_member_words on event (tenant_id, (data ->> 'member_id'))
      where data ->> 'narration' is not null or jsonb_typeof(data -> 'metadata') = 'object'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index event_of_member_words');
  }
}
