import { Injectable } from '@nestjs/common';
import { DomainError } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';
import { AuthenticationFailed } from '../identity.errors.js';
import { Passwords } from '../passwords/passwords.js';
import type { PersonContext } from '../sessions/person-in.js';
import { writeIn } from '../sessions/write-in.js';
import { SignInFailures } from './sign-in-failures.js';

/** Lets somebody who is signed in prove again that they are who signed in. Wrong passwords are counted, apart from those of sign-in. */
@Injectable()
export class ConfirmPassword {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passwords: Passwords,
    private readonly failures: SignInFailures,
  ) {}

  /** Throws `authentication_failed` for a wrong password, and for any while too many were wrong. */
  async execute(ctx: PersonContext, password: string): Promise<void> {
    const userId = ctx.actor.id;
    const [row] = await this.unitOfWork.read(ctx, (tx) =>
      tx.query<{ password_hash: string }>('select password_hash from user_account where id = $1', [userId]),
    );
    const right = await this.passwords.verify(row?.password_hash, password);
    const refusal = await writeIn(this.unitOfWork, ctx, async (tx): Promise<DomainError | undefined> => {
      // A name that no e-mail address has.
      const counts = await this.failures.hold(tx, { email: `confirm/${userId}` }, !right);
      if (!counts.locked && right) return counts.forgive() as Promise<undefined>;
      if (!counts.locked) await counts.countFailure();
      return AuthenticationFailed.with({ message: 'The password is not right' });
    });
    if (refusal) throw refusal;
  }
}
