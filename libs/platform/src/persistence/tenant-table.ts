import type { QueryRunner } from 'typeorm';

/** What the running apps may do with a table. */
export type TablePrivilege = 'select' | 'insert' | 'update' | 'delete';

/**
 * For migrations: turns on and forces row-level security on a table whose first column is `tenant_id`, lets a transaction see and write
 * only the rows of its own tenant, and grants the runtime role just the privileges named. Partitions and views need none of it.
 */
export async function protectTenantTable(runner: QueryRunner, table: string, privileges: TablePrivilege[]): Promise<void> {
  await runner.query(`alter table ${table} enable row level security`);
  await runner.query(`alter table ${table} force row level security`);
  await runner.query(
    `create policy tenant_isolation on ${table} using (tenant_id = current_tenant_id()) with check (tenant_id = current_tenant_id())`,
  );
  await runner.query(`grant ${privileges.join(', ')} on ${table} to tallystick_runtime`);
}

/** For migrations: lets the worker's role see a table across tenants, where its work begins before it knows the tenant. */
export async function letWorkerSeeAllTenants(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`create policy worker_reads_all on ${table} for select to tallystick_worker using (true)`);
}
