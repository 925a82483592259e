import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '@tallystick/platform';
import type { PersonContext } from '../sessions/person-in.js';
import { Sessions } from '../sessions/sessions.js';
import { MfaChanges, type FactorProof } from './mfa-changes.js';
import { MfaDisabled } from './mfa.acts.js';
import { MfaNotEnabled, MfaRequiredByRole } from './mfa.errors.js';
import { MfaFactors } from './mfa-factors.js';

/**
 * Removes a person's second factor with its recovery codes, and ends their other sessions. Answers what the session's cookie holds from
 * now on. Throws `mfa_not_enabled`, `mfa_required_by_role` while a role of theirs needs it, `authentication_failed` for a wrong password,
 * `mfa_invalid` for a wrong code, `account_locked` after too many of either, and `validation_error` for a password that is too weak to be the
 * only factor: it is changed first.
 */
@Injectable()
export class DisableMfa {
  constructor(
    private readonly changes: MfaChanges,
    private readonly factors: MfaFactors,
    private readonly sessions: Sessions,
  ) {}

  async execute(ctx: PersonContext, { password, code }: FactorProof): Promise<{ cookie?: string }> {
    const isRequired = await this.changes.isRequiredAnywhere(ctx);
    const isPassword = await this.changes.isPassword(ctx, password);
    const problems = isPassword ? await this.changes.problemsAlone(ctx, password) : [];
    return this.changes.run(ctx, MfaDisabled, async (tx) => {
      const { actor, sessionId } = ctx;
      const userId = actor.id;
      if (!(await this.factors.lock(tx, userId)).secret) throw MfaNotEnabled.with();
      if (isRequired) throw MfaRequiredByRole.with();
      if (problems.length > 0) throw ValidationFailed.with({ errors: { password: problems } });
      await this.changes.prove(tx, userId, isPassword, code);
      await this.factors.disable(tx, userId);
      await this.sessions.revokeAllOf(tx, userId, { except: sessionId });
      await this.changes.notify(tx, userId, 'mfa-disabled');
      return { cookie: await this.sessions.passMfa(tx, sessionId, false) };
    });
  }
}
