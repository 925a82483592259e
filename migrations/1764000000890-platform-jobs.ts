import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lets work without a tenant ask for jobs, as mails to people who have not said yet where they want to sign in. */
export class PlatformJobs1764000000890 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Their owner is an id that no tenant has. The APIs write such rows and never read them: mails lie in them.
    await runner.query(`create policy platform_asks on job_outbox for insert
      with check (current_tenant_id() is null and tenant_id = '00000000-0000-0000-0000-000000000000')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop policy platform_asks on job_outbox');
  }
}
