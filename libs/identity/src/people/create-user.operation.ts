import { Injectable } from '@nestjs/common';
import { newId } from '@tallystick/kernel';
import { constraintOf, Duplicate, type WriteTx } from '@tallystick/platform';
import { Passwords } from '../passwords/passwords.js';
import { UserAccount } from './user-account.entity.js';

/** A person to be. */
export interface NewUser {
  readonly email: string;
  readonly fullName: string;
  readonly password: string;
}

/** Makes an account for a person, who has no role anywhere yet. Answers its id. Throws `duplicate` for a known e-mail address. */
@Injectable()
export class CreateUser {
  constructor(private readonly passwords: Passwords) {}

  async execute(tx: WriteTx, { email, fullName, password }: NewUser): Promise<string> {
    const id = newId();
    try {
      await tx
        .repository(UserAccount)
        .insert({ id, email: email.toLowerCase(), fullName, passwordHash: await this.passwords.hash(password) });
    } catch (error) {
      if (constraintOf(error).constraint === 'user_account_email_key')
        throw Duplicate.with({ errors: { email: ['This address is taken'] } });
      throw error;
    }
    return id;
  }
}
