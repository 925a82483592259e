import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';
import type { PasswordOwner } from './password.policy.js';

/** A person whose password is to be another. */
export interface PasswordHolder extends PasswordOwner {
  readonly fullName: string;
  readonly passwordHash: string;
}

/** Finds an active person with what their password must not be made of; in a transaction of their own without a tenant. */
@Injectable()
export class FindPasswordHolder {
  async find(tx: ReadTx, userId: string): Promise<PasswordHolder | undefined> {
    const [row] = await tx.query<PasswordHolder>(
      `select u.email, u.full_name as "fullName", u.password_hash as "passwordHash",
         exists (select from mfa_factor f where f.user_id = u.id and f.secret is not null) as "hasSecondFactor",
         array(select t.name from tenant_user m join tenant t on t.id = m.tenant_id where m.user_id = u.id) as places
       from user_account u where u.id = $1 and u.status = 'active'`,
      [userId],
    );
    return row;
  }
}
