import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the reports that name customers, so that an erased one is named in none of them. */
export class DispersionEvents1764000001031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index event_of_dispersion on event (tenant_id, id) where name = 'redemption.dispersion'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index event_of_dispersion');
  }
}
