import type { TenantContext } from '@tallystick/kernel';
import { ValidationFailed, type ReadTx } from '@tallystick/platform';
import { readProgram, type ProgramRow } from '../programs/program.js';
import { compileCondition, type CompiledCondition } from './compile-condition.policy.js';
import type { Condition } from './condition.js';

/** Compiles a condition as things are. Throws `validation_error` for a program that is not there. */
export async function segmentQuery(tx: ReadTx<TenantContext>, condition: Condition): Promise<CompiledCondition> {
  const rows = await tx.query<ProgramRow & { zone: string }>(
    'select t.timezone as zone, p.* from tenant t left join program p on p.tenant_id = t.id where t.id = $1',
    [tx.ctx.tenantId],
  );
  const programs = rows.filter(({ id }) => id).map(readProgram);
  return compileCondition(condition, {
    tenantId: tx.ctx.tenantId,
    zone: rows[0]!.zone,
    program(id) {
      const program = programs.find((one) => (id === undefined ? one.isDefault : one.id === id.toLowerCase()));
      if (program) return program;
      throw ValidationFailed.with({
        errors: { definition: [id === undefined ? 'This tenant has no default program: name one.' : `There is no program ${id}.`] },
      });
    },
  });
}
