import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { noteRefreshRate } from '../conciliation/refresh-rate-notes.js';
import { InstitutionChanged, InstitutionRequested } from './institution.acts.js';
import {
  INSTITUTION_COLUMNS,
  openInstitution,
  REFRESH_RATES,
  sealContact,
  type Institution,
  type InstitutionContact,
  type InstitutionRow,
  type InstitutionStatus,
  type RefreshRate,
} from './institution.js';

/** What a tenant says of itself as an institution. */
export interface InstitutionRequest {
  readonly country: string;
  readonly contact: InstitutionContact;
  /** Left out, it stays; weekly at first (C6.1). */
  readonly refreshRate?: RefreshRate;
}

/**
 * Asks the platform to approve the tenant as a financial institution, or changes what is known of it as one: an approved one stays that,
 * one that was rejected has asked again.
 */
@Injectable()
export class RequestInstitution {
  constructor(private readonly keyring: Keyring) {}

  async execute(tx: WriteTx<TenantContext>, { country, contact, refreshRate }: InstitutionRequest): Promise<Institution> {
    const { tenantId, actor } = tx.ctx;
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('institution ' || $1, 0))`, [tenantId]);
    const [known] = await tx.query<{ status: InstitutionStatus }>('select status from institution where tenant_id = $1 for update', [
      tenantId,
    ]);
    const sealed = sealContact(this.keyring, tenantId, contact);
    const [row] = (await tx.query<InstitutionRow>(
      `insert into institution as i (tenant_id, status, country, contact, refresh_rate, requested_by, requested_at)
       values ($1, 'pending', $2, $3, coalesce($4, ${REFRESH_RATES.weekly}), $5, now())
       on conflict (tenant_id) do update set country = excluded.country, contact = excluded.contact,
         refresh_rate = coalesce($4, i.refresh_rate),
         status = case when i.status = 'rejected' then 'pending' else i.status end,
         requested_by = case when i.status = 'rejected' then excluded.requested_by else i.requested_by end,
         requested_at = case when i.status = 'rejected' then now() else i.requested_at end,
         decided_by = case when i.status = 'approved' then i.decided_by end,
         decided_at = case when i.status = 'approved' then i.decided_at end,
         decision_reason = case when i.status = 'approved' then i.decision_reason end
       returning ${INSTITUTION_COLUMNS}`,
      [tenantId, country, sealed, refreshRate ?? null, actor.type === 'user' ? actor.id : null],
    )) as [InstitutionRow];
    await noteRefreshRate(tx, row.refreshRate);
    // Of the contact the trail tells no more than that there is one: it is kept for ever.
    tx.audit(known && known.status !== 'rejected' ? InstitutionChanged : InstitutionRequested, {
      target: { type: 'institution', id: tenantId },
      after: { status: row.status, country, refresh_rate: row.refreshRate },
    });
    return openInstitution(this.keyring, row);
  }
}
