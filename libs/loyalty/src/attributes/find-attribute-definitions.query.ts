import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { ATTRIBUTE_COLUMNS, readDefinition, type AttributeDefinition, type AttributeRow } from './attribute-definition.js';

/** Reads what a tenant keeps of its members. */
@Injectable()
export class FindAttributeDefinitions {
  /** In the order of their codes; a tenant has at most a few hundred. */
  async list(tx: ReadTx<TenantContext>): Promise<AttributeDefinition[]> {
    const rows = await tx.query<AttributeRow>(`select ${ATTRIBUTE_COLUMNS} from attribute_definition where tenant_id = $1 order by code`, [
      tx.ctx.tenantId,
    ]);
    return rows.map(readDefinition);
  }

  /** Throws `not_found`. */
  async byCode(tx: ReadTx<TenantContext>, code: string): Promise<AttributeDefinition> {
    const [row] = await tx.query<AttributeRow>(`select ${ATTRIBUTE_COLUMNS} from attribute_definition where tenant_id = $1 and code = $2`, [
      tx.ctx.tenantId,
      code,
    ]);
    if (!row) throw NotFound.with();
    return readDefinition(row);
  }
}
