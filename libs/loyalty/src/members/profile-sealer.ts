import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { MemberKeys, type SealedPlace } from './member-keys.js';

/** What is known of a person; all of it personal, kept sealed and apart from the ledger (C9.1). */
export interface Profile {
  readonly full_name?: string | null;
  readonly email?: string | null;
  readonly phone_number?: string | null;
  readonly date_of_birth?: string | null;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A profile as it is stored. */
export interface StoredProfile {
  readonly sealed: string | null;
  /** Sealed with the member's own key; older ones with the keyring itself, until they are next written. */
  readonly keyed: boolean | null;
  readonly wrapped: string | null;
}

/** The columns of a stored profile; `p` is `member_profile`, `k` is `member_key`. */
export const PROFILE_COLUMNS = 'p.sealed, p.keyed, k.wrapped';

/** Joins a member `m` with both. */
export const WITH_PROFILE = `left join member_profile p on p.tenant_id = m.tenant_id and p.member_id = m.id
  left join member_key k on k.tenant_id = m.tenant_id and k.member_id = m.id`;

/** Seals and opens profiles. */
@Injectable()
export class ProfileSealer {
  constructor(
    private readonly keyring: Keyring,
    private readonly keys: MemberKeys,
  ) {}

  /** Writes a member's profile, sealed, with keyed hashes to find it by e-mail or phone; one that is empty and new leaves no row. */
  async store(tx: WriteTx<TenantContext>, memberId: string, profile: Profile): Promise<void> {
    const { tenantId } = tx.ctx;
    const { attributes = {}, ...rest } = profile;
    if (Object.keys(attributes).length === 0 && Object.values(rest).every((value) => value === undefined || value === null)) {
      await tx.query('delete from member_profile where tenant_id = $1 and member_id = $2', [tenantId, memberId]);
      return;
    }
    const seal = await this.keys.sealOf(tx, memberId);
    await tx.query(
      `insert into member_profile (tenant_id, member_id, sealed, keyed, email_index, phone_index) values ($1, $2, $3, true, $4, $5)
       on conflict (tenant_id, member_id) do update
         set sealed = excluded.sealed, keyed = true, email_index = excluded.email_index, phone_index = excluded.phone_index`,
      [
        tenantId,
        memberId,
        seal.seal(placeOf(memberId), JSON.stringify(profile)),
        profile.email ? this.emailIndex(tenantId, profile.email) : null,
        profile.phone_number ? this.phoneIndex(tenantId, profile.phone_number) : null,
      ],
    );
  }

  open(tenantId: string, memberId: string, { sealed, keyed, wrapped }: StoredProfile): Profile {
    if (sealed === null) return {};
    if (!keyed) return JSON.parse(this.keyring.decrypt(sealed, `member_profile/${tenantId}/${memberId}`).toString()) as Profile;
    // A profile whose key is gone is erased.
    if (wrapped === null) return {};
    return JSON.parse(this.keys.unwrap(tenantId, memberId, wrapped).open(placeOf(memberId), sealed)) as Profile;
  }

  emailIndex = (tenantId: string, email: string): Buffer => this.keys.index(tenantId, 'email', email.trim().toLowerCase());

  phoneIndex = (tenantId: string, phone: string): Buffer => this.keys.index(tenantId, 'phone', phone.replace(/[\s().-]/g, ''));
}

const placeOf = (memberId: string): SealedPlace => ({ table: 'member_profile', column: 'sealed', row: memberId });
