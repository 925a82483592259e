import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a member was first active; of who is active already, from the beginning. */
export class ActivatedMembers1764000000973 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table member add column activated_at timestamptz');
    await runner.query(`update member set activated_at = created_at where status = 'active'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table member drop column activated_at');
  }
}
