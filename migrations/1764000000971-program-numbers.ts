import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A small number for each program of a tenant: the Loyalife dialect names programs by numbers. */
export class ProgramNumbers1764000000971 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table program add column number integer check (number > 0)');
    await runner.query(`update program set number = counted.number from (
      select tenant_id, id, row_number() over (partition by tenant_id order by created_at, id) as number from program) counted
      where counted.tenant_id = program.tenant_id and counted.id = program.id`);
    await runner.query('alter table program alter column number set not null');
    await runner.query('alter table program add constraint program_number unique (tenant_id, number)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table program drop column number');
  }
}
