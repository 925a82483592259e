import { Injectable } from '@nestjs/common';
import type { PersonContext } from '../sessions/person-in.js';
import { MfaChanges, type FactorProof } from './mfa-changes.js';
import { RecoveryCodesRenewed } from './mfa.acts.js';
import { MfaNotEnabled } from './mfa.errors.js';
import { MfaFactors } from './mfa-factors.js';

/**
 * Gives a person ten new recovery codes and voids all the old (AUT-06). Throws `mfa_not_enabled`, `authentication_failed` for a wrong
 * password, `mfa_invalid` for a wrong code and `account_locked` after too many of either.
 */
@Injectable()
export class RenewRecoveryCodes {
  constructor(
    private readonly changes: MfaChanges,
    private readonly factors: MfaFactors,
  ) {}

  async execute(ctx: PersonContext, { password, code }: FactorProof): Promise<string[]> {
    const isPassword = await this.changes.isPassword(ctx, password);
    return this.changes.run(ctx, RecoveryCodesRenewed, async (tx) => {
      if (!(await this.factors.lock(tx, ctx.actor.id)).secret) throw MfaNotEnabled.with();
      await this.changes.prove(tx, ctx.actor.id, isPassword, code);
      return this.factors.renewRecoveryCodes(tx, ctx.actor.id);
    });
  }
}
