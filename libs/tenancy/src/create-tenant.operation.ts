import { Injectable } from '@nestjs/common';
import { isCurrency, type TenantContext } from '@tallystick/kernel';
import { constraintOf, Duplicate, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { Tenant, type TenantMode } from './tenant.entity.js';
import { isTimezone } from './timezone.policy.js';

/** What a new tenant is given. */
export interface NewTenant {
  readonly organizationId: string;
  readonly slug: string;
  readonly name: string;
  readonly mode: TenantMode;
  /** IANA zone of its business days. */
  readonly timezone: string;
  /** ISO 4217 code of its own currency. */
  readonly currency: string;
  /** Roles that need a second factor; admins when left out. */
  readonly mfaRequiredRoles?: string[];
}

/**
 * Opens a tenant under the id of the context: row-level security lets a transaction write no tenant but its own.
 * Throws `validation_error` for an unknown zone or currency, `duplicate` for a taken slug.
 */
@Injectable()
export class CreateTenant {
  async execute(tx: WriteTx<TenantContext>, tenant: NewTenant): Promise<void> {
    if (!isTimezone(tenant.timezone)) throw ValidationFailed.with({ errors: { timezone: ['Unknown time zone'] } });
    if (!isCurrency(tenant.currency)) throw ValidationFailed.with({ errors: { currency: ['Unknown currency'] } });
    try {
      await tx.repository(Tenant).insert({ ...tenant, id: tx.ctx.tenantId });
      await tx.query('insert into tenant_slug (slug, id) values ($1, $2)', [tenant.slug, tx.ctx.tenantId]);
    } catch (error) {
      if (constraintOf(error).constraint === 'tenant_slug_key') throw Duplicate.with({ errors: { slug: ['This slug is taken'] } });
      throw error;
    }
  }
}
