import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '@tallystick/kernel';
import { constraintOf, InvalidState, sendMail, UnitOfWork, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { Passcodes, subjectOf, type RightPasscode } from '../passcodes/passcodes.js';
import type { PersonContext } from '../sessions/person-in.js';
import { writeIn } from '../sessions/write-in.js';
import { ConfirmPassword } from '../sign-in/confirm-password.js';
import { AccountDeletionRequested } from './account.acts.js';
import { FindAccountDeletions, type AccountDeletion } from './account-deletions.query.js';
import { LastAdminRule } from './last-admin.js';

/** Days within which a person may change their mind (C9.6). */
export const DELETION_DAYS = 30;

/** How a person proves again that it is them, and why they go. */
export interface DeletionWish {
  readonly password?: string;
  /** A passcode for `sensitive_action`. */
  readonly otp?: string;
  readonly reason?: string;
}

/**
 * Schedules the deletion of the account of whoever asks, in 30 days. Throws `validation_error` without a proof, `authentication_failed` or
 * the codes of passcodes for a wrong one, `last_admin` for who alone administers a tenant or the platform, `invalid_state` when it is
 * scheduled already. It opens its transactions itself, for a slow hash must not hold a connection.
 */
@Injectable()
export class RequestAccountDeletion {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly confirmPassword: ConfirmPassword,
    private readonly passcodes: Passcodes,
    private readonly lastAdmin: LastAdminRule,
    private readonly findDeletions: FindAccountDeletions,
  ) {}

  async execute(ctx: PersonContext, wish: DeletionWish): Promise<AccountDeletion> {
    const userId = ctx.actor.id;
    try {
      const passcode = await this.prove(ctx, wish);
      await this.lastAdmin.check(ctx, userId);
      return await writeIn(this.unitOfWork, ctx, (tx) => this.schedule(tx, userId, wish.reason, passcode));
    } catch (error) {
      if (error instanceof DomainError) await this.recordRefusal(ctx, error);
      throw error;
    }
  }

  private async prove(ctx: PersonContext, { password, otp }: DeletionWish): Promise<RightPasscode | undefined> {
    if (password === undefined && otp === undefined) {
      throw ValidationFailed.with({ errors: { password: ['Send the password, or a one-time passcode as otp.'] } });
    }
    if (password !== undefined) await this.confirmPassword.execute(ctx, password);
    if (otp === undefined) return undefined;
    return this.passcodes.check(ctx, { purpose: 'sensitive_action', subject: subjectOf(ctx.actor.id), code: otp });
  }

  private async schedule(tx: WriteTx, userId: string, reason?: string, passcode?: RightPasscode): Promise<AccountDeletion> {
    if (passcode) await this.passcodes.redeem(tx, passcode);
    // Random as a whole: whoever knows the id sees the receipt, without an account by then.
    const id = randomUUID();
    try {
      await tx.query(
        `insert into account_deletion (id, user_id, reason, scheduled_for) values ($1, $2, $3, now() + $4 * interval '1 day')`,
        [id, userId, reason ?? null, DELETION_DAYS],
      );
    } catch (error) {
      if (constraintOf(error).constraint === 'account_deletion_one_scheduled') {
        throw InvalidState.with({ message: 'This account is going to be deleted already' });
      }
      throw error;
    }
    const deletion = (await this.findDeletions.byId(tx, id))!;
    const [person] = await tx.query<{ email: string; full_name: string }>('select email, full_name from user_account where id = $1', [
      userId,
    ]);
    const when = deletion.scheduledFor.toISOString();
    tx.enqueue(sendMail, {
      to: person!.email,
      template: 'account-deletion-scheduled',
      data: { name: person!.full_name, when, until: when },
    });
    tx.audit(AccountDeletionRequested, { target: { type: 'user', id: userId }, after: { request_id: id, scheduled_for: when } });
    return deletion;
  }

  private recordRefusal(ctx: PersonContext, { definition }: DomainError): Promise<void> {
    return writeIn(this.unitOfWork, ctx, async (tx) => {
      tx.audit(AccountDeletionRequested, {
        target: { type: 'user', id: ctx.actor.id },
        after: { reason: definition.code },
        outcome: 'refused',
      });
    });
  }
}
