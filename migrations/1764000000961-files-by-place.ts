import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a poll of a drop asks for, as quick with a million files behind it as with one. */
export class FilesByPlace1764000000961 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index file_import_to_move on file_import (tenant_id, drop_id, remote_path) where moved_at is null`);
    await runner.query(
      `create index file_import_to_deliver on file_import (tenant_id, drop_id, id)
       where delivered_at is null and removed_at is null and status in ('completed', 'refused', 'cancelled')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index file_import_to_move, file_import_to_deliver');
  }
}
