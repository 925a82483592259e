import type { MigrationInterface, QueryRunner } from 'typeorm';

const TAKING_PLACE = `status not in ('refused', 'cancelled')`;

/** Settlement files are read as all files are, whether they are uploaded or dropped: under the same id, with the type `STL`. */
export class SettlementFilesAmongFiles1764000001033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.types(runner, `'TXN', 'CPD', 'BNS', 'CRD', 'MER', 'VEN', 'OFR', 'STL'`);
    await this.statuses(runner, `'received', 'processing', 'completed', 'refused', 'cancelled'`, TAKING_PLACE);
    await runner.query('drop index settlement_file_waiting');
    // Who read them until now does so no more; what was refused may be sent again.
    await runner.query(`update settlement_file set status = 'refused', code = 'not_read', finished_at = now(),
      reason = 'The installation was upgraded before the file was read: send it again.' where status = 'received'`);
    await runner.query(`update settlement_file set status = 'cancelled', finished_at = now() where status = 'processing'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `delete from file_sighting s using file_import f where f.tenant_id = s.tenant_id and f.drop_id = s.drop_id and f.type = 'STL'`,
    );
    await runner.query(`delete from file_import where type = 'STL'`);
    await this.types(runner, `'TXN', 'CPD', 'BNS', 'CRD', 'MER', 'VEN', 'OFR'`);
    await runner.query(
      `update settlement_file set status = 'refused', code = 'cancelled', reason = 'It was stopped.' where status = 'cancelled'`,
    );
    await this.statuses(runner, `'received', 'processing', 'completed', 'refused'`, `status <> 'refused'`);
    await runner.query(
      `create index settlement_file_waiting on settlement_file (tenant_id, id) where status in ('received', 'processing')`,
    );
  }

  private async types(runner: QueryRunner, types: string): Promise<void> {
    await runner.query('alter table file_import drop constraint file_import_type_check');
    await runner.query(`alter table file_import add constraint file_import_type_check check (type in (${types}))`);
  }

  private async statuses(runner: QueryRunner, statuses: string, takingPlace: string): Promise<void> {
    await runner.query('alter table settlement_file drop constraint settlement_file_status_check');
    await runner.query(`alter table settlement_file add constraint settlement_file_status_check check (status in (${statuses}))`);
    await runner.query('drop index settlement_file_content, settlement_file_name');
    await runner.query(`create unique index settlement_file_content on settlement_file (tenant_id, sha256) where ${takingPlace}`);
    await runner.query(`create unique index settlement_file_name on settlement_file (tenant_id, name) where ${takingPlace}`);
  }
}
