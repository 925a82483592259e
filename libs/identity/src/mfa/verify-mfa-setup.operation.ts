import { Injectable } from '@nestjs/common';
import { Keyring, ValidationFailed, type WriteTx } from '@tallystick/platform';
import type { PersonContext } from '../sessions/person-in.js';
import { Sessions } from '../sessions/sessions.js';
import { MfaChanges } from './mfa-changes.js';
import { MfaEnabled, MfaReplaced } from './mfa.acts.js';
import { MfaInvalid, RecentSignInRequired } from './mfa.errors.js';
import { MfaFactors, type MfaFactor } from './mfa-factors.js';
import { readMfaCode } from './mfa-code.policy.js';
import { MFA_ATTEMPTS } from './mfa-lock.policy.js';
import { confirmableSecrets } from './mfa-setup.policy.js';
import { matchingTotpStep, totpStepAt } from './totp.policy.js';

/** What confirms a set-up. */
export interface MfaConfirmation {
  /** A code that the app shows for the new secret. */
  readonly code: string;
  /** Both needed when an enabled factor is replaced, and not taken otherwise: the password, and a code of the old app or a recovery code. */
  readonly password?: string;
  readonly currentCode?: string;
}

/** Seconds for which a sign-in vouches for the first factor: a session stolen later enrolls none (AUT-05). */
const FRESH_SECONDS = 900;

/** A factor that was enabled. */
export interface EnabledMfa {
  /** Shown this once. */
  readonly recoveryCodes: readonly string[];
  /** What the session's cookie holds from now on; undefined where the session has none. */
  readonly cookie?: string;
}

/**
 * Enables the second factor that a set-up showed, or replaces the old one by it, and ends the person's other sessions: they were opened
 * without it. The session itself counts as proven.
 *
 * Throws `mfa_invalid` for a wrong code, of which the fifth voids the set-up; when replacing also `authentication_failed` and
 * `account_locked`, `recent_sign_in_required` for the first factor in a session older than 15 minutes, and `validation_error` where the proofs of replacing are missing or out of place.
 */
@Injectable()
export class VerifyMfaSetup {
  constructor(
    private readonly changes: MfaChanges,
    private readonly factors: MfaFactors,
    private readonly sessions: Sessions,
    private readonly keyring: Keyring,
  ) {}

  async execute(ctx: PersonContext, given: MfaConfirmation): Promise<EnabledMfa> {
    const isPassword = given.password !== undefined && (await this.changes.isPassword(ctx, given.password));
    const act = given.currentCode === undefined ? MfaEnabled : MfaReplaced;
    return this.changes.run(ctx, act, (tx) => this.enable(tx, ctx, given, isPassword));
  }

  private async enable(
    tx: WriteTx,
    { actor: { id: userId }, sessionId }: PersonContext,
    { code, password, currentCode }: MfaConfirmation,
    isPassword: boolean,
  ): Promise<EnabledMfa> {
    const factor = await this.factors.lock(tx, userId);
    refuseMisplaced({ password, current_code: currentCode }, factor.secret !== null);
    if (!factor.secret && !(await this.sessions.isRecent(tx, sessionId, FRESH_SECONDS))) throw RecentSignInRequired.with();
    const confirmed = this.confirm(factor, { userId, sessionId }, code);
    if (!confirmed) {
      await this.factors.recordSetupFailure(tx, userId, factor.setupFailures + 1 >= MFA_ATTEMPTS);
      throw MfaInvalid.with();
    }
    if (factor.secret) await this.changes.prove(tx, userId, isPassword, currentCode!);
    const recoveryCodes = await this.factors.enable(tx, userId, confirmed.secret, confirmed.step);
    await this.sessions.revokeAllOf(tx, userId, { except: sessionId });
    const cookie = await this.sessions.passMfa(tx, sessionId);
    await this.changes.notify(tx, userId, 'mfa-enabled');
    return { recoveryCodes, cookie };
  }

  private confirm(
    { generation, now }: MfaFactor,
    subject: { userId: string; sessionId: string },
    typed: string,
  ): { secret: Buffer; step: number } | undefined {
    const code = readMfaCode(typed);
    if (!code || !('totp' in code)) return undefined;
    for (const secret of confirmableSecrets(this.keyring.hmac.bind(this.keyring), { ...subject, generation }, now)) {
      const step = matchingTotpStep(secret, code.totp, totpStepAt(now));
      if (step !== undefined) return { secret, step };
    }
    return undefined;
  }
}

/** Whoever replaces a factor proves both; whoever has none has nothing to prove. */
function refuseMisplaced(proofs: Readonly<Record<string, string | undefined>>, isReplacing: boolean): void {
  const wrong = Object.entries(proofs).filter(([, value]) => (value !== undefined) !== isReplacing);
  if (wrong.length === 0) return;
  const message = isReplacing ? 'Needed to replace the authenticator app.' : 'There is no authenticator app to replace.';
  throw ValidationFailed.with({ errors: Object.fromEntries(wrong.map(([field]) => [field, [message]])) });
}
