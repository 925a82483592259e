import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lists are counted by, in an index of its own that is much smaller than the table: totals need not read its rows. */
export class DirectoryCounts1764000001011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create index directory_entry_facets on directory_entry (tenant_id, category, price_level, kind, business_type, ends_at, starts_at)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index directory_entry_facets');
  }
}
