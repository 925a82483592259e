import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files lie sealed, each with a key of its own that the keyring seals. Those without one lie as they came and are read so, until they are
 * removed thirty days after they were worked off, or somebody is erased.
 */
export class SealedFiles1764000000962 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table file_import add column sealed_key text check (length(sealed_key) between 1 and 500)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table file_import drop column sealed_key');
  }
}
