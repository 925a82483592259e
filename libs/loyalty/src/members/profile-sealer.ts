import { Injectable } from '@nestjs/common';
import { Keyring } from '@tallystick/platform';

/** What is known of a person; all of it personal, kept sealed and apart from the ledger (C9.1). */
export interface Profile {
  readonly full_name?: string | null;
  readonly email?: string | null;
  readonly phone_number?: string | null;
  readonly date_of_birth?: string | null;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A profile as stored: sealed for its member, with keyed hashes to find it by e-mail or phone. */
export interface SealedProfile {
  readonly sealed: string;
  readonly emailIndex: Buffer | null;
  readonly phoneIndex: Buffer | null;
}

/** Seals and opens profiles. */
@Injectable()
export class ProfileSealer {
  constructor(private readonly keyring: Keyring) {}

  seal(tenantId: string, memberId: string, profile: Profile): SealedProfile {
    return {
      sealed: this.keyring.encrypt(JSON.stringify(profile), aad(tenantId, memberId)),
      emailIndex: profile.email ? this.emailIndex(tenantId, profile.email) : null,
      phoneIndex: profile.phone_number ? this.phoneIndex(tenantId, profile.phone_number) : null,
    };
  }

  open(tenantId: string, memberId: string, sealed: string | null): Profile {
    return sealed === null ? {} : (JSON.parse(this.keyring.decrypt(sealed, aad(tenantId, memberId)).toString()) as Profile);
  }

  emailIndex = (tenantId: string, email: string): Buffer => this.keyring.hmac(`member-email/${tenantId}`, email.trim().toLowerCase());

  phoneIndex = (tenantId: string, phone: string): Buffer => this.keyring.hmac(`member-phone/${tenantId}`, phone.replace(/[\s().-]/g, ''));
}

const aad = (tenantId: string, memberId: string): string => `member_profile/${tenantId}/${memberId}`;
