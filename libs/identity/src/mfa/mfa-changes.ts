import { Injectable } from '@nestjs/common';
import { DomainError, requestContext, type PlatformContext } from '@tallystick/kernel';
import { UnitOfWork, sendMail, type ActDefinition, type WriteTx } from '@tallystick/platform';
import { AuthenticationFailed } from '../identity.errors.js';
import { FindPasswordHolder, type PasswordHolder } from '../passwords/password-holder.query.js';
import { passwordProblems } from '../passwords/password.policy.js';
import { Passwords } from '../passwords/passwords.js';
import type { PersonContext } from '../sessions/person-in.js';
import { writeIn } from '../sessions/write-in.js';
import { Mfa } from './mfa.js';
import { MfaInvalid } from './mfa.errors.js';

/** What a person proves again before they change a factor: both that they have. */
export interface FactorProof {
  readonly password: string;
  readonly code: string;
}

/** How people change their own second factor. */
@Injectable()
export class MfaChanges {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passwords: Passwords,
    private readonly holders: FindPasswordHolder,
    private readonly mfa: Mfa,
  ) {}

  /**
   * Runs `work`, and records the act as done or refused. A refusal of `work` is thrown after the commit, so that what was counted stays
   * counted: `work` refuses before it changes anything else.
   */
  async run<T>(ctx: PersonContext, act: ActDefinition, work: (tx: WriteTx) => Promise<T>): Promise<T> {
    const outcome = await writeIn(this.unitOfWork, ctx, async (tx) => {
      const result = await work(tx).catch((error: unknown) => {
        if (error instanceof DomainError) return error;
        throw error;
      });
      const refusal = result instanceof DomainError ? ({ outcome: 'refused', after: { reason: result.definition.code } } as const) : {};
      tx.audit(act, { target: { type: 'user', id: ctx.actor.id }, ...refusal });
      return result;
    });
    if (outcome instanceof DomainError) throw outcome;
    return outcome;
  }

  /** Whether the password is theirs; asked before the transaction, for a slow hash must not hold a connection. */
  async isPassword(ctx: PersonContext, password: string): Promise<boolean> {
    const holder = await this.holderOf(ctx);
    return this.passwords.verify(holder?.passwordHash, password);
  }

  /** Why a password that is good enough beside a second factor is too weak by itself; empty when it is not (AUT-01). */
  async problemsAlone(ctx: PersonContext, password: string): Promise<string[]> {
    const holder = await this.holderOf(ctx);
    return holder ? passwordProblems(password, { ...holder, hasSecondFactor: false }) : [];
  }

  /** Throws unless both factors are proven; a wrong one counts, whichever it is. */
  async prove(tx: WriteTx, userId: string, isPassword: boolean, code: string): Promise<void> {
    if (!isPassword) {
      await this.mfa.countWrongProof(tx, userId);
      throw AuthenticationFailed.with({ message: 'The password is not right' });
    }
    if (!(await this.mfa.check(tx, userId, code))) throw MfaInvalid.with();
  }

  /** Whether any role of theirs, in whatever tenant, requires a second factor. */
  isRequiredAnywhere(ctx: PersonContext): Promise<boolean> {
    return this.unitOfWork.read(ownContext(ctx), (tx) => this.mfa.isRequiredAnywhere(tx, ctx.actor.id));
  }

  /** Tells the person by mail that a factor of theirs changed (AUT-14). */
  async notify(tx: WriteTx, userId: string, template: 'mfa-enabled' | 'mfa-disabled'): Promise<void> {
    const [person] = await tx.query<{ email: string; full_name: string }>('select email, full_name from user_account where id = $1', [
      userId,
    ]);
    tx.enqueue(sendMail, { to: person!.email, template, data: { name: person!.full_name, when: new Date().toISOString() } });
  }

  private holderOf(ctx: PersonContext): Promise<PasswordHolder | undefined> {
    return this.unitOfWork.read(ownContext(ctx), (tx) => this.holders.find(tx, ctx.actor.id));
  }
}

/** A person sees what is theirs in all tenants in a transaction that is of none. */
const ownContext = (ctx: PersonContext): PlatformContext => requestContext({ ...ctx, tenantId: null, clockOffsetMs: 0 });
