import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { readProgram, type Program, type ProgramRow, type ProgramStatus } from './program.js';

/** Which programs, in which window. */
export interface ProgramFilter {
  readonly status?: ProgramStatus;
  readonly search?: string;
  readonly limit: number;
  readonly offset: number;
}

/** Reads a tenant's programs. */
@Injectable()
export class FindPrograms {
  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<Program> {
    const [row] = await tx.query<ProgramRow>('select * from program where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]);
    if (!row) throw NotFound.with();
    return readProgram(row);
  }

  /** The program of that code. Throws `not_found`. */
  async byCode(tx: ReadTx<TenantContext>, code: string): Promise<Program> {
    const [row] = await tx.query<ProgramRow>('select * from program where tenant_id = $1 and code = $2', [tx.ctx.tenantId, code]);
    if (!row) throw NotFound.with();
    return readProgram(row);
  }

  /** The program of that number within the tenant. Throws `not_found`. */
  async byNumber(tx: ReadTx<TenantContext>, number: number): Promise<Program> {
    const [row] = await tx.query<ProgramRow>('select * from program where tenant_id = $1 and number = $2', [tx.ctx.tenantId, number]);
    if (!row) throw NotFound.with();
    return readProgram(row);
  }

  /** The program of that id, or the default one when none is named. Throws `not_found`. */
  async named(tx: ReadTx<TenantContext>, id: string | undefined): Promise<Program> {
    const program = id === undefined ? await this.usual(tx) : await this.byId(tx, id);
    if (!program) throw NotFound.with({ errors: { program_id: ['This tenant has no default program.'] } });
    return program;
  }

  /** The default program, if the tenant has one. */
  async usual(tx: ReadTx<TenantContext>): Promise<Program | null> {
    const [row] = await tx.query<ProgramRow>('select * from program where tenant_id = $1 and is_default', [tx.ctx.tenantId]);
    return row ? readProgram(row) : null;
  }

  /** Programs by name, with the count of all that match; `search` is a part of the name or code. */
  async list(tx: ReadTx<TenantContext>, filter: ProgramFilter): Promise<{ programs: Program[]; total: number }> {
    const pattern = filter.search === undefined ? null : `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await tx.query<ProgramRow & { total: string }>(
      `select p.*, count(*) over () as total from program p
       where p.tenant_id = $1 and ($2::text is null or p.status = $2) and ($3::text is null or p.name ilike $3 or p.code ilike $3)
       order by p.name, p.id limit $4 offset $5`,
      [tx.ctx.tenantId, filter.status ?? null, pattern, filter.limit, filter.offset],
    );
    return { programs: rows.map(readProgram), total: Number(rows[0]?.total ?? 0) };
  }
}
