import { Injectable } from '@nestjs/common';
import { sendMail, type ReadTx, type WriteTx } from '@tallystick/platform';
import { AccountLocked } from './mfa.errors.js';
import { MfaLockedOut, RecoveryCodeUsed } from './mfa.acts.js';
import { readMfaCode } from './mfa-code.policy.js';
import { MfaFactors, type MfaFactor } from './mfa-factors.js';
import { MFA_ATTEMPTS, mfaLockSeconds } from './mfa-lock.policy.js';
import { matchingTotpStep, totpStepAt } from './totp.policy.js';

/** The second factor of people, for whoever asks for one. */
@Injectable()
export class Mfa {
  constructor(private readonly factors: MfaFactors) {}

  /** Whether a person has a confirmed second factor. */
  async isEnabled(tx: ReadTx, userId: string): Promise<boolean> {
    return (await tx.query('select from mfa_factor where user_id = $1 and secret is not null', [userId])).length > 0;
  }

  /**
   * Whether the role of a person in a tenant, or on the platform when `tenantId` is null, is worth nothing without a second factor. Asks
   * what `tx` may see: a transaction of that tenant, or one of the person's own without a tenant.
   */
  async isRequired(tx: ReadTx, userId: string, tenantId: string | null): Promise<boolean> {
    const rows =
      tenantId === null
        ? await tx.query('select from platform_role where user_id = $1', [userId])
        : await tx.query(
            `select from tenant_user m join tenant t on t.id = m.tenant_id
               left join role r on r.tenant_id = m.tenant_id and r.code = m.custom_role
             where m.tenant_id = $2 and m.user_id = $1 and (m.role = any (t.mfa_required_roles) or r.requires_mfa)`,
            [userId, tenantId],
          );
    return rows.length > 0;
  }

  /** Whether any role of a person requires it, in whatever tenant; in a transaction of their own without one. One query, whoever they are. */
  async isRequiredAnywhere(tx: ReadTx, userId: string): Promise<boolean> {
    const rows = await tx.query(
      `select from platform_role where user_id = $1
       union all
       select from tenant_user m join tenant t on t.id = m.tenant_id left join role r on r.tenant_id = m.tenant_id and r.code = m.custom_role
       where m.user_id = $1 and (m.role = any (t.mfa_required_roles) or r.requires_mfa)`,
      [userId],
    );
    return rows.length > 0;
  }

  /**
   * Whether `typed` is a code that the person's app shows now, or one of their recovery codes; it is used up. False for somebody without a
   * second factor. A wrong code is counted in this transaction, so refuse after its commit. Throws `account_locked` while too many wrong
   * codes lock the app: recovery codes, which nobody can guess, are still taken and end the lock.
   */
  async check(tx: WriteTx, userId: string, typed: string): Promise<boolean> {
    const factor = await this.factors.lock(tx, userId);
    if (!factor.secret) return false;
    const code = readMfaCode(typed);
    if (code && 'recovery' in code && (await this.factors.useRecoveryCode(tx, userId, code.recovery))) {
      await this.factors.recordSuccess(tx, userId, factor);
      await this.tellOfRecoveryCode(tx, userId);
      return true;
    }
    if (factor.lockedFor > 0) throw AccountLocked.with({ retryAfter: factor.lockedFor });
    const step = code && 'totp' in code ? matchingTotpStep(factor.secret, code.totp, totpStepAt(factor.now)) : undefined;
    if (step !== undefined && !factor.usedSteps.includes(step)) {
      await this.factors.recordSuccess(tx, userId, factor, step);
      return true;
    }
    await this.countFailure(tx, userId, factor);
    return false;
  }

  /** Counts a proof that was wrong in another way than by its code. Throws `account_locked` while the app is locked. */
  async countWrongProof(tx: WriteTx, userId: string): Promise<void> {
    const factor = await this.factors.lock(tx, userId);
    if (factor.lockedFor > 0) throw AccountLocked.with({ retryAfter: factor.lockedFor });
    await this.countFailure(tx, userId, factor);
  }

  private async countFailure(tx: WriteTx, userId: string, { failures, lockouts }: MfaFactor): Promise<void> {
    if (failures + 1 < MFA_ATTEMPTS) return this.factors.recordFailure(tx, userId);
    const seconds = mfaLockSeconds(lockouts);
    await this.factors.lockOut(tx, userId, seconds);
    tx.audit(MfaLockedOut, { target: { type: 'user', id: userId }, after: { seconds } });
  }

  /** Who did not use it themselves learns of it by mail (AUT-06). */
  private async tellOfRecoveryCode(tx: WriteTx, userId: string): Promise<void> {
    tx.audit(RecoveryCodeUsed, { target: { type: 'user', id: userId } });
    const [person] = await tx.query<{ email: string; full_name: string; left: number }>(
      `select u.email, u.full_name, (select count(*)::int from mfa_recovery_code c where c.user_id = u.id and c.used_at is null) as left
       from user_account u where u.id = $1`,
      [userId],
    );
    const { email, full_name: name, left } = person!;
    tx.enqueue(sendMail, { to: email, template: 'recovery-code-used', data: { name, when: new Date().toISOString(), left } });
  }
}
