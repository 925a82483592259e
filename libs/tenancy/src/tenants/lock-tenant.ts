import { NotFound, type WriteTx } from '@tallystick/platform';
import { Tenant } from './tenant.entity.js';

/** The tenant of that id, held against other changes to it until the transaction ends; postings go on. Throws `not_found`. */
export async function lockTenant(tx: WriteTx, id: string): Promise<Tenant> {
  await tx.query('select from tenant where id = $1 for no key update', [id]);
  const tenant = await tx.repository(Tenant).findOneBy({ id });
  if (!tenant) throw NotFound.with();
  return tenant;
}
