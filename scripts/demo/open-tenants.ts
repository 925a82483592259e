import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { CreateOrganization, CreateTenant } from '@tallystick/tenancy';
import { DEMO, demoContext, type DemoGround } from './demo.js';

/** The demo bank with a live tenant and its sandbox twin, made once; its admin gets along with a password alone. */
export async function openTenants({ uow }: DemoGround): Promise<void> {
  const common = { organizationId: DEMO.organizationId, timezone: 'Asia/Kolkata', currency: DEMO.currency, mfaRequiredRoles: [] };
  await uow.run(demoContext(DEMO.liveId), async (tx) => {
    if (await exists(tx)) return;
    await new CreateOrganization().execute(tx, { id: DEMO.organizationId, name: 'Demo Bank' });
    await new CreateTenant().execute(tx, { ...common, slug: DEMO.slug, name: 'Demo Bank', mode: 'live' });
  });
  await uow.run(demoContext(DEMO.sandboxId), async (tx) => {
    if (await exists(tx)) return;
    await new CreateTenant().execute(tx, { ...common, slug: DEMO.sandboxSlug, name: 'Demo Bank (sandbox)', mode: 'sandbox' });
  });
}

/** A demo of an earlier version is there already, and its admin has no second factor. */
const exists = async (tx: WriteTx<TenantContext>): Promise<boolean> =>
  (await tx.query(`update tenant set mfa_required_roles = '{}' where id = $1 returning id`, [tx.ctx.tenantId])).length > 0;
