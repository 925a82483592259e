import { isCurrency } from '@tallystick/kernel';
import { constraintOf, Duplicate, ValidationFailed, type WriteTx } from '@tallystick/platform';
import type { NewTenant } from './create-tenant.operation.js';
import { Tenant } from './tenant.entity.js';
import { isTimezone } from './timezone.policy.js';

/** Throws `validation_error` for a zone that the IANA database does not have, or a currency that ISO 4217 does not. */
export function checkTenant({ timezone, currency }: { readonly timezone?: string; readonly currency?: string }): void {
  const errors = {
    ...(timezone !== undefined && !isTimezone(timezone) && { timezone: ['Unknown time zone'] }),
    ...(currency !== undefined && !isCurrency(currency) && { currency: ['Unknown currency'] }),
  };
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
}

/** Writes a new tenant and what its slug names. Throws `validation_error`, and `duplicate` for a taken slug. */
export async function insertTenant(tx: WriteTx, id: string, tenant: NewTenant): Promise<void> {
  checkTenant(tenant);
  try {
    await tx.repository(Tenant).insert({ ...tenant, id });
    await tx.query('insert into tenant_slug (slug, id) values ($1, $2)', [tenant.slug, id]);
  } catch (error) {
    if (constraintOf(error).constraint === 'tenant_slug_key') throw Duplicate.with({ errors: { slug: ['This slug is taken'] } });
    throw error;
  }
}
