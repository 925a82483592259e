import type { MigrationInterface, QueryRunner } from 'typeorm';

const COUNTED = `status in ('received', 'processing', 'completed') and not validate_only`;
/** What moves points or tells of people is taken once; merchants, venues and offers may be sent again, and only what is new in them counts. */
const ONCE = `type in ('TXN', 'CPD', 'BNS', 'CRD')`;

/** Files of merchants (`MER`), venues (`VEN`) and offers (`OFR`). */
export class ImportsOfOffers1764000001012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.types(runner, `'TXN', 'CPD', 'BNS', 'CRD', 'MER', 'VEN', 'OFR'`, `${COUNTED} and ${ONCE}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.types(runner, `'TXN', 'CPD', 'BNS', 'CRD'`, COUNTED);
  }

  private async types(runner: QueryRunner, types: string, once: string): Promise<void> {
    await runner.query('alter table file_import drop constraint file_import_type_check');
    await runner.query(`alter table file_import add constraint file_import_type_check check (type in (${types}))`);
    await runner.query('drop index file_import_name');
    await runner.query('drop index file_import_content');
    await runner.query(`create unique index file_import_name on file_import (tenant_id, type, name) where ${once}`);
    await runner.query(`create unique index file_import_content on file_import (tenant_id, sha256) where ${once}`);
  }
}
