import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { insertTenant } from './tenant-rows.js';
import type { TenantMode } from './tenant.entity.js';

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
  /** The name of the company, as contracts have it. */
  readonly legalName?: string;
  /** What its points are called; `points` when left out. */
  readonly pointsLabel?: string;
  /** Roles that need a second factor; admins when left out. */
  readonly mfaRequiredRoles?: string[];
}

/**
 * Opens a tenant under the id of the context: row-level security lets a transaction of a tenant write no tenant but its own.
 * Throws `validation_error` for an unknown zone or currency, `duplicate` for a taken slug.
 */
@Injectable()
export class CreateTenant {
  async execute(tx: WriteTx<TenantContext>, tenant: NewTenant): Promise<void> {
    await insertTenant(tx, tx.ctx.tenantId, tenant);
  }
}
