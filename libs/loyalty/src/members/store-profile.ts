import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import type { Profile, ProfileSealer } from './profile-sealer.js';

/** Writes a member's profile, sealed; an empty one leaves no row. */
export async function storeProfile(tx: WriteTx<TenantContext>, sealer: ProfileSealer, memberId: string, profile: Profile): Promise<void> {
  const { attributes = {}, ...rest } = profile;
  if (Object.keys(attributes).length === 0 && Object.values(rest).every((value) => value === undefined || value === null)) {
    await tx.query(
      'update member_profile set sealed = $3, email_index = null, phone_index = null where tenant_id = $1 and member_id = $2',
      [tx.ctx.tenantId, memberId, sealer.seal(tx.ctx.tenantId, memberId, {}).sealed],
    );
    return;
  }
  const { sealed, emailIndex, phoneIndex } = sealer.seal(tx.ctx.tenantId, memberId, profile);
  await tx.query(
    `insert into member_profile (tenant_id, member_id, sealed, email_index, phone_index) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, member_id) do update set sealed = excluded.sealed, email_index = excluded.email_index, phone_index = excluded.phone_index`,
    [tx.ctx.tenantId, memberId, sealed, emailIndex, phoneIndex],
  );
}
