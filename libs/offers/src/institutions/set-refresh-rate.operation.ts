import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { noteRefreshRate } from '../conciliation/refresh-rate-notes.js';
import { InstitutionChanged } from './institution.acts.js';
import { InstitutionNotApproved } from './institution.errors.js';
import type { RefreshRate } from './institution.js';

/** Sets how often an institution's windows close; the one that is open keeps its end. Throws `institution_not_approved`. */
@Injectable()
export class SetRefreshRate {
  async execute(tx: WriteTx<TenantContext>, rate: RefreshRate): Promise<void> {
    const { tenantId } = tx.ctx;
    const [known] = await tx.query<{ rate: RefreshRate; status: string }>(
      'select refresh_rate as rate, status from institution where tenant_id = $1 for update',
      [tenantId],
    );
    if (known?.status !== 'approved') throw InstitutionNotApproved.with();
    if (known.rate === rate) return;
    await tx.query('update institution set refresh_rate = $2 where tenant_id = $1', [tenantId, rate]);
    await noteRefreshRate(tx, rate);
    tx.audit(InstitutionChanged, {
      target: { type: 'institution', id: tenantId },
      before: { refresh_rate: known.rate },
      after: { refresh_rate: rate },
    });
  }
}
