import { Injectable } from '@nestjs/common';
import { newId, type PlatformContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { OrganizationOpened } from '../tenancy.acts.js';
import { CreateOrganization } from './create-organization.operation.js';
import type { NewTenant } from './create-tenant.operation.js';
import { insertTenant } from './tenant-rows.js';

/** What the slug of a sandbox adds to that of its live twin. */
const SANDBOX = '-sandbox';

/** Characters that the slug of a live tenant may have, so that its twin's fits too. */
export const LONGEST_SLUG = 63 - SANDBOX.length;

/** An organization to be, and what its two tenants have in common. */
export type NewOrganization = Omit<NewTenant, 'organizationId' | 'mode'>;

/** The ids of an organization and its twins. */
export interface OpenedOrganization {
  readonly organizationId: string;
  readonly liveId: string;
  readonly sandboxId: string;
}

/**
 * Admits an organization with its live tenant and the sandbox twin, all of them or none; for staff of the platform.
 * Throws `validation_error` for an unknown zone or currency, `duplicate` for a taken slug.
 */
@Injectable()
export class OpenOrganization {
  constructor(private readonly createOrganization: CreateOrganization) {}

  async execute(tx: WriteTx<PlatformContext>, given: NewOrganization): Promise<OpenedOrganization> {
    const organizationId = await this.createOrganization.execute(tx, { name: given.name });
    const [liveId, sandboxId, sandboxSlug] = [newId(), newId(), `${given.slug}${SANDBOX}`];
    await insertTenant(tx, liveId, { ...given, organizationId, mode: 'live' });
    await insertTenant(tx, sandboxId, { ...given, organizationId, mode: 'sandbox', slug: sandboxSlug });
    tx.audit(OrganizationOpened, {
      target: { type: 'organization', id: organizationId },
      after: { ...given, live: { id: liveId, slug: given.slug }, sandbox: { id: sandboxId, slug: sandboxSlug } },
    });
    return { organizationId, liveId, sandboxId };
  }
}
