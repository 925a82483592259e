import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';
import type { PasscodePurpose } from './passcode.policy.js';

/** Who a passcode can be for. */
export interface PasscodeAccount {
  readonly id: string;
  readonly fullName: string;
}

const IS_UNVERIFIED: ReadonlySet<PasscodePurpose> = new Set(['verify_email', 'verify_email_link']);

/** Finds the person of an e-mail address whom a passcode of this purpose is of use to; undefined when there is none, which nobody may learn. */
@Injectable()
export class FindPasscodeAccount {
  async find(tx: ReadTx, email: string, purpose: PasscodePurpose): Promise<PasscodeAccount | undefined> {
    const [row] = await tx.query<{ id: string; full_name: string }>(
      `select id, full_name from user_account
       where email = $1 and status = 'active' and (not $2 or email_verified_at is null)`,
      [email, IS_UNVERIFIED.has(purpose)],
    );
    return row && { id: row.id, fullName: row.full_name };
  }
}
