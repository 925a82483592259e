import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { Keyring, NotFound, type ReadTx } from '@tallystick/platform';
import { INSTITUTION_COLUMNS, openInstitution, type Institution, type InstitutionRow, type InstitutionStatus } from './institution.js';

/** An institution as the platform sees it. */
export interface InstitutionView extends Institution {
  readonly tenantSlug: string;
  readonly tenantName: string;
}

/** Reads the institutions of all tenants for people of the platform; row-level security shows them to nobody else. */
@Injectable()
export class InstitutionRequests {
  constructor(private readonly keyring: Keyring) {}

  /** A page, the oldest request first: it has waited longest. */
  async list(
    tx: ReadTx<PlatformContext>,
    { status = null, limit, offset }: { status?: InstitutionStatus | null; limit: number; offset: number },
  ): Promise<{ institutions: InstitutionView[]; total: number }> {
    const matching = 'from institution i join tenant t on t.id = i.tenant_id where ($1::text is null or i.status = $1)';
    const [count] = await tx.query<{ total: number }>(`select count(*)::int as total ${matching}`, [status]);
    const rows = await tx.query<InstitutionRow & { tenantSlug: string; tenantName: string }>(
      `select ${INSTITUTION_COLUMNS}, t.slug as "tenantSlug", t.name as "tenantName" ${matching}
       order by i.requested_at, i.tenant_id limit $2 offset $3`,
      [status, limit, offset],
    );
    const institutions = rows.map(({ tenantSlug, tenantName, ...row }) => ({
      ...openInstitution(this.keyring, row),
      tenantSlug,
      tenantName,
    }));
    return { institutions, total: count!.total };
  }

  /** Throws `not_found` for a tenant that has not asked. */
  async require(tx: ReadTx<PlatformContext>, tenantId: string): Promise<void> {
    const known = await tx.query('select from institution where tenant_id = $1', [tenantId]);
    if (known.length === 0) throw NotFound.with();
  }
}
