import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Keyring, NotFound, type ReadTx } from '@tallystick/platform';
import { InstitutionNotApproved } from './institution.errors.js';
import {
  INSTITUTION_COLUMNS,
  openInstitution,
  REFRESH_RATES,
  type Institution,
  type InstitutionRow,
  type InstitutionStatus,
  type RefreshRate,
} from './institution.js';

/** How often the windows of a transaction's tenant close; weekly where it has not said (C6.1). */
export async function refreshRateOf(tx: ReadTx<TenantContext>): Promise<RefreshRate> {
  const [row] = await tx.query<{ rate: RefreshRate }>('select refresh_rate as rate from institution where tenant_id = $1', [
    tx.ctx.tenantId,
  ]);
  return row?.rate ?? REFRESH_RATES.weekly;
}

/** What a transaction's tenant is as a financial institution. */
@Injectable()
export class FindInstitution {
  constructor(private readonly keyring: Keyring) {}

  /** Throws `not_found` while nobody has asked for it. */
  async find(tx: ReadTx<TenantContext>): Promise<Institution> {
    const [row] = await tx.query<InstitutionRow>(`select ${INSTITUTION_COLUMNS} from institution i where i.tenant_id = $1`, [
      tx.ctx.tenantId,
    ]);
    if (!row) throw NotFound.with({ message: 'This tenant has not asked to be an institution' });
    return openInstitution(this.keyring, row);
  }

  /** How often its windows close; weekly where it has not said (C6.1). */
  refreshRate(tx: ReadTx<TenantContext>): Promise<RefreshRate> {
    return refreshRateOf(tx);
  }

  async isApproved(tx: ReadTx<TenantContext>): Promise<boolean> {
    const [row] = await tx.query<{ status: InstitutionStatus }>('select status from institution where tenant_id = $1', [tx.ctx.tenantId]);
    return row?.status === 'approved';
  }

  /** Throws `institution_not_approved`. */
  async requireApproved(tx: ReadTx<TenantContext>): Promise<void> {
    if (!(await this.isApproved(tx))) throw InstitutionNotApproved.with();
  }

  /** Whether keys with these scopes may be made: those of cashback are an institution's. Throws `institution_not_approved`. */
  async admitScopes(tx: ReadTx<TenantContext>, scopes: readonly string[]): Promise<void> {
    if (scopes.some((scope) => scope.startsWith('cashback:'))) await this.requireApproved(tx);
  }
}
