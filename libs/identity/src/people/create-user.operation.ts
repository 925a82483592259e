import { Injectable } from '@nestjs/common';
import { newId } from '@tallystick/kernel';
import { constraintOf, Duplicate, type WriteTx } from '@tallystick/platform';
import { refuseWeakPassword } from '../passwords/password.policy.js';
import { Passwords } from '../passwords/passwords.js';
import { UserAccount } from './user-account.entity.js';

/** A person to be. */
export interface NewUser {
  readonly email: string;
  readonly fullName: string;
  readonly password: string;
  /** The address is known to be theirs. */
  readonly emailVerified?: boolean;
}

/** An account as it is kept. */
export interface NewAccount {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly passwordHash: string;
  /** The address is known to be theirs. */
  readonly emailVerified?: boolean;
}

/** Makes an account for a person, who has no role anywhere yet. */
@Injectable()
export class CreateUser {
  constructor(private readonly passwords: Passwords) {}

  /** Answers its id. Throws `duplicate` for a known e-mail address, `validation_error` for a weak password. */
  async execute(tx: WriteTx, { email, fullName, password, emailVerified }: NewUser): Promise<string> {
    const id = newId();
    refuseWeakPassword(password, { email, fullName, hasSecondFactor: false }, 'password');
    await this.insert(tx, { id, email, fullName, passwordHash: await this.passwords.hash(password), emailVerified });
    return id;
  }

  /** The same for who has hashed the password before the transaction. */
  async insert(tx: WriteTx, { email, emailVerified = false, ...account }: NewAccount): Promise<void> {
    try {
      await tx
        .repository(UserAccount)
        .insert({ ...account, email: email.toLowerCase(), emailVerifiedAt: emailVerified ? () => 'now()' : null });
    } catch (error) {
      if (constraintOf(error).constraint === 'user_account_email_key')
        throw Duplicate.with({ errors: { email: ['This address is taken'] } });
      throw error;
    }
  }
}
