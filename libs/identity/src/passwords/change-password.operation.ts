import { Injectable } from '@nestjs/common';
import { DomainError, requestContext } from '@tallystick/kernel';
import { UnitOfWork, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { AuthenticationFailed } from '../identity.errors.js';
import { AccountLocked } from '../mfa/mfa.errors.js';
import type { PersonContext } from '../sessions/person-in.js';
import { writeIn } from '../sessions/write-in.js';
import { SignInFailures } from '../sign-in/sign-in-failures.js';
import { PasswordChanged } from './password.acts.js';
import { FindPasswordHolder, type PasswordHolder } from './password-holder.query.js';
import { refuseWeakPassword } from './password.policy.js';
import { Passwords } from './passwords.js';
import { ReplacePassword } from './replace-password.js';

/** What a person sends to change their password. */
export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/**
 * Changes the password of the person who asks; their other sessions end. Throws `validation_error` for a wrong current and for a weak new
 * password, `account_locked` after too many wrong ones in this session, whose count strangers cannot fill.
 *
 * Opens its transactions itself, like `SignIn`: no connection waits for a slow hash, and failures are counted although it refuses.
 */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findHolder: FindPasswordHolder,
    private readonly passwords: Passwords,
    private readonly failures: SignInFailures,
    private readonly replacePassword: ReplacePassword,
  ) {}

  async execute(ctx: PersonContext, { currentPassword, newPassword }: PasswordChange): Promise<void> {
    const own = requestContext({ ...ctx, tenantId: null });
    const holder = await this.unitOfWork.read(own, (tx) => this.findHolder.find(tx, ctx.actor.id));
    if (!holder) throw AuthenticationFailed.with();
    const right = await this.passwords.verify(holder.passwordHash, currentPassword);
    if (right) {
      refuseWeakPassword(newPassword, holder);
      if (newPassword === currentPassword) throw ValidationFailed.with({ errors: { new_password: ['Must be another one than now.'] } });
    }
    const newHash = await this.passwords.hash(newPassword);
    const refusal = await writeIn(this.unitOfWork, ctx, (tx) => this.decide(tx, ctx, holder, right ? newHash : undefined));
    if (refusal) throw refusal;
  }

  private async decide(tx: WriteTx, ctx: PersonContext, holder: PasswordHolder, newHash?: string): Promise<DomainError | undefined> {
    const userId = ctx.actor.id;
    const right = newHash !== undefined;
    const counts = await this.failures.hold(tx, { email: holder.email, device: `session/${ctx.sessionId}` }, !right);
    if (counts.locked || !right) tx.audit(PasswordChanged, { target: { type: 'user', id: userId }, outcome: 'refused' });
    if (counts.locked) return AccountLocked.with();
    if (!right) {
      await counts.countFailure();
      return ValidationFailed.with({ errors: { current_password: ['This is not your password.'] } });
    }
    const [same] = await tx.query('select 1 from user_account where id = $1 and password_hash = $2 for update', [
      userId,
      holder.passwordHash,
    ]);
    if (!same) return ValidationFailed.with({ errors: { current_password: ['Your password was changed meanwhile.'] } });
    await counts.forgive();
    await this.replacePassword.execute(tx, { ...holder, userId, newHash, act: PasswordChanged, keptSession: ctx.sessionId });
    return undefined;
  }
}
