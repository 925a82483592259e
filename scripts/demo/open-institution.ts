import type { TenantContext } from '@tallystick/kernel';
import { DecideInstitution, FindInstitution, RequestInstitution } from '@tallystick/offers';
import type { DemoGround } from './demo.js';

/** Makes a tenant of the demo an approved financial institution, once. */
export const openInstitution = ({ uow, keyring }: DemoGround, ctx: TenantContext): Promise<void> =>
  uow.run(ctx, async (tx) => {
    if (await new FindInstitution(keyring).isApproved(tx)) return;
    await new RequestInstitution(keyring).execute(tx, {
      country: 'IN',
      contact: { name: 'Demo Admin', email: 'admin@demo.example', phone: null },
    });
    await new DecideInstitution(keyring).execute(tx, { status: 'approved', reason: 'The demo.' });
  });
