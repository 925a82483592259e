import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { AuthenticationFailed } from '../identity.errors.js';
import { FindUserProfile, type UserProfile } from '../people/user-profile.query.js';
import { ProfileChanged } from './sign-in.acts.js';

/** What a person changes of themselves: what is undefined stays, null removes. */
export interface ProfileChange {
  readonly fullName?: string;
  readonly phoneNumber?: string | null;
  readonly timezone?: string | null;
  readonly locale?: string | null;
  readonly avatar?: string | null;
}

const COLUMN_OF: Readonly<Record<keyof ProfileChange, string>> = {
  fullName: 'full_name',
  phoneNumber: 'phone_number',
  timezone: 'timezone',
  locale: 'locale',
  avatar: 'avatar',
};

/** Changes what the person of `tx.ctx` says of themselves. The trail tells which fields, not what they hold: they are personal. */
@Injectable()
export class UpdateProfile {
  constructor(private readonly findUserProfile: FindUserProfile) {}

  async execute(tx: WriteTx<RequestContext>, change: ProfileChange): Promise<UserProfile> {
    const { actor, tenantId } = tx.ctx;
    const given = Object.entries(change).filter(([, value]) => value !== undefined) as [keyof ProfileChange, string | null][];
    if (given.length > 0) {
      const columns = given.map(([name], index) => `${COLUMN_OF[name]} = $${index + 2}`);
      await tx.query(`update user_account set ${columns.join(', ')} where id = $1`, [actor.id, ...given.map(([, value]) => value)]);
      const fields = given.map(([name]) => COLUMN_OF[name]);
      tx.audit(ProfileChanged, { target: { type: 'user', id: actor.id }, after: { fields } });
    }
    const profile = await this.findUserProfile.find(tx, actor.id, tenantId);
    if (!profile) throw AuthenticationFailed.with();
    return profile;
  }
}
