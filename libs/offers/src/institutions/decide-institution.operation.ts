import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, Keyring, NotFound, PermissionDenied, type WriteTx } from '@tallystick/platform';
import { InstitutionApproved, InstitutionRejected } from './institution.acts.js';
import { INSTITUTION_COLUMNS, openInstitution, type Institution, type InstitutionRow, type InstitutionStatus } from './institution.js';

/** What the platform says to a tenant that wants to be an institution. */
export interface InstitutionDecision {
  readonly status: 'approved' | 'rejected';
  readonly reason?: string;
}

/**
 * Approves or rejects the context's tenant as a financial institution, in the name of a person of the platform who does not belong to it
 * (AZN-10). From then on its servers get keys and tokens for cashback.
 * Throws `not_found`, `permission_denied` for one's own tenant, `invalid_state` when it is decided.
 */
@Injectable()
export class DecideInstitution {
  constructor(private readonly keyring: Keyring) {}

  async execute(tx: WriteTx<TenantContext>, { status, reason }: InstitutionDecision): Promise<Institution> {
    const { tenantId, actor } = tx.ctx;
    const decider = actor.type === 'user' ? actor.id : null;
    const [known] = await tx.query<{ status: InstitutionStatus; own: boolean }>(
      `select i.status, coalesce(i.requested_by = $2, false)
           or exists (select from tenant_user m where m.tenant_id = i.tenant_id and m.user_id = $2) as own
       from institution i where i.tenant_id = $1 for update of i`,
      [tenantId, decider],
    );
    if (!known) throw NotFound.with();
    if (known.own) throw PermissionDenied.with({ message: 'Somebody who does not belong to the tenant must decide on it' });
    if (known.status !== 'pending') throw InvalidState.with({ message: `This institution is ${known.status} already` });
    const [row] = (await tx.query<InstitutionRow>(
      `update institution i set status = $2, decided_by = $3, decided_at = now(), decision_reason = $4 where i.tenant_id = $1
       returning ${INSTITUTION_COLUMNS}`,
      [tenantId, status, decider, reason ?? null],
    )) as [InstitutionRow];
    tx.audit(status === 'approved' ? InstitutionApproved : InstitutionRejected, {
      target: { type: 'institution', id: tenantId },
      before: { status: 'pending' },
      after: { status, reason: reason ?? null },
    });
    return openInstitution(this.keyring, row);
  }
}
