import { Injectable } from '@nestjs/common';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { Passwords } from './passwords.js';
import { UserAccount } from '../people/user-account.entity.js';

/** Gives a person another password. Throws `not_found` when there is no such person. */
@Injectable()
export class SetPassword {
  constructor(private readonly passwords: Passwords) {}

  async execute(tx: WriteTx, { userId, password }: { userId: string; password: string }): Promise<void> {
    const { affected } = await tx.repository(UserAccount).update({ id: userId }, { passwordHash: await this.passwords.hash(password) });
    if (!affected) throw NotFound.with();
  }
}
