import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newId, type DomainError, type PlatformContext, type RequestContext, type TenantContext } from '@tallystick/kernel';
import { Keyring, Mail, Throttled, UnitOfWork, type WriteTx } from '@tallystick/platform';
import { PasscodeRefused, PasscodeRequested } from './passcode.acts.js';
import { OtpAttemptsExceeded, OtpExpired, OtpInvalid } from './passcode.errors.js';
import { maskEmail, MOST_ATTEMPTS, newPasscode, PASSCODE_PURPOSES, type PasscodePurpose } from './passcode.policy.js';

/** Before the next one may be asked for; from the sixth in a row without a success it doubles, so that nobody guesses one after another. */
const RESEND_SECONDS = 60;
const LONGEST_RESEND_SECONDS = 6 * 3_600;

/** A passcode to be. */
export interface NewPasscode {
  readonly purpose: PasscodePurpose;
  /** Whom it is for, as `subjectOf` names them; null when there is nobody, which nobody learns. */
  readonly subject: string | null;
  /** Where it goes. For nobody: what they were asked for by, which takes their place. */
  readonly destination: string;
  /** The destination must lie in no table in clear, as that of a member. */
  readonly sealDestination?: boolean;
  /** What exactly it confirms: with another binding the code is wrong (C7.5). */
  readonly binding?: string;
}

/** What the person who asked is told. */
export interface IssuedPasscode {
  readonly challengeId: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds. */
  readonly resendAfter: number;
  readonly maskedDestination: string;
}

/** A code that somebody gives. At least one of `challengeId` and `subject` says which challenge it answers. */
export interface PasscodeGuess {
  readonly purpose: PasscodePurpose;
  readonly challengeId?: string;
  readonly subject?: string;
  readonly binding?: string;
  readonly code: string;
}

/** A code that was right. Made by `Passcodes.check` alone, so that no code is taken whose wrong tries were not counted. */
export class RightPasscode {
  private readonly counted = true;

  constructor(
    readonly purpose: PasscodePurpose,
    readonly challengeId: string,
    readonly subject: string,
  ) {}
}

interface ChallengeRow {
  id: string;
  subject: string;
  secret_hash: Buffer;
  attempts: number;
  used: boolean;
  expired: boolean;
  resend_after: number;
}

/** Names a person to the passcodes. */
export const subjectOf = (userId: string): string => `user/${userId}`;

/** The person that a subject names; undefined for any other subject. */
export const userOf = (subject: string): string | undefined => /^user\/([0-9a-f-]{36})$/.exec(subject)?.[1];

/**
 * One-time passcodes for everything that asks for one. A challenge is bound to its purpose, subject and binding, lives for minutes, bears
 * five wrong codes, works once and voids the one before it. What is kept of a code is an HMAC under a key of the keyring.
 */
@Injectable()
export class Passcodes {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly mail: Mail,
  ) {}

  /** Makes a passcode and mails it, the same to all appearances when there is nobody. Throws `throttled` until the next may be asked for. */
  async issue(tx: WriteTx, passcode: NewPasscode): Promise<IssuedPasscode> {
    const { purpose, subject, destination } = passcode;
    const { code, ...issued } = await this.open(tx, passcode);
    const { words, minutes } = PASSCODE_PURPOSES[purpose];
    const to = subject === null ? null : destination;
    const sealAddress = passcode.sealDestination ?? false;
    this.mail.send(tx, { to, sealAddress, template: 'passcode', data: { purpose: words, minutes }, secrets: { code } });
    return issued;
  }

  /** Makes a passcode for a mail of the caller's own, with the code in clear. Throws `throttled` until the next may be asked for. */
  async open(tx: WriteTx, { purpose, subject, destination, binding }: NewPasscode): Promise<IssuedPasscode & { readonly code: string }> {
    const [challengeId, code, minutes] = [newId(), newPasscode(purpose), PASSCODE_PURPOSES[purpose].minutes];
    const owner = subject ?? this.nobody(destination);
    const [row] = await tx.query<{ resend_after: number }>(
      `insert into passcode_challenge as c (purpose, subject, id, secret_hash, resend_at, expires_at)
       values ($1, $2, $3, $4, now() + $5 * interval '1 second', now() + $6 * interval '1 minute')
       on conflict (purpose, subject) do update set id = excluded.id, secret_hash = excluded.secret_hash, expires_at = excluded.expires_at,
         attempts = 0, used_at = null, issued_at = now(), issued = ${NEXT_ISSUED},
         resend_at = now() + least($5 * power(2, greatest(${NEXT_ISSUED} - 5, 0)), $7) * interval '1 second'
       where c.resend_at <= now() or c.used_at is not null
       returning ceil(extract(epoch from resend_at - now()))::int as resend_after`,
      [
        purpose,
        owner,
        challengeId,
        this.secretHash({ purpose, challengeId, subject: owner, binding, code }),
        RESEND_SECONDS,
        minutes,
        LONGEST_RESEND_SECONDS,
      ],
    );
    if (!row) throw Throttled.with({ message: 'A code was sent a short time ago', retryAfter: await this.resendAfter(tx, purpose, owner) });
    const maskedDestination = maskEmail(destination);
    tx.audit(PasscodeRequested, { target: { type: 'passcode', id: challengeId }, after: { purpose, destination: maskedDestination } });
    return { challengeId, code, expiresIn: minutes * 60, resendAfter: row.resend_after, maskedDestination };
  }

  /**
   * Checks a code, in a transaction of its own: a wrong one is counted, whatever becomes of the request, and parallel ones are counted one by
   * one. A right one is not used up yet; `redeem` does that, in the transaction of what it allows.
   * Throws `otp_invalid`, `otp_expired`, `otp_attempts_exceeded`.
   */
  async check(ctx: RequestContext, guess: PasscodeGuess): Promise<RightPasscode> {
    const checking = (tx: WriteTx): Promise<RightPasscode | DomainError> => this.checkIn(tx, guess);
    const outcome = await (ctx.tenantId === null
      ? this.unitOfWork.platform(ctx as PlatformContext, checking)
      : this.unitOfWork.run(ctx as TenantContext, checking));
    if (outcome instanceof RightPasscode) return outcome;
    throw outcome;
  }

  /** Uses a code up. Throws `otp_invalid` when another request was faster, or a new code has replaced it meanwhile. */
  async redeem(tx: WriteTx, { purpose, challengeId }: RightPasscode): Promise<void> {
    const [used] = await tx.query(
      'update passcode_challenge set used_at = now() where purpose = $1 and id = $2 and used_at is null and expires_at > now() returning 1',
      [purpose, challengeId],
    );
    if (!used) throw OtpInvalid.with();
  }

  /** Voids what a subject was sent for these purposes, as when the password is another by now. */
  async forget(tx: WriteTx, subject: string, purposes: readonly PasscodePurpose[]): Promise<void> {
    await tx.query('delete from passcode_challenge where subject = $1 and purpose = any ($2)', [subject, purposes]);
  }

  /** Who takes the place of a person whom an address does not lead to. */
  nobody(destination: string): string {
    return `nobody/${this.keyring.hmac('passcode-subject', destination).toString('hex')}`;
  }

  private async checkIn(tx: WriteTx, guess: PasscodeGuess): Promise<RightPasscode | DomainError> {
    const { purpose, challengeId, subject } = guess;
    if (challengeId === undefined && subject === undefined) throw new Error('a code answers a challenge: name it, or its subject');
    const [row] = await tx.query<ChallengeRow>(
      `select id, subject, secret_hash, attempts, used_at is not null as used, expires_at <= now() as expired,
         greatest(ceil(extract(epoch from resend_at - now()))::int, 1) as resend_after
       from passcode_challenge
       where purpose = $1 and ($2::uuid is null or id = $2) and ($3::text is null or subject = $3) for update`,
      [purpose, challengeId ?? null, subject ?? null],
    );
    const expected = this.secretHash({ ...guess, challengeId: row?.id ?? '', subject: row?.subject ?? '' });
    const right = timingSafeEqual(expected, row?.secret_hash ?? Buffer.alloc(expected.length)) && row !== undefined;
    if (!row || row.used) return OtpInvalid.with();
    if (row.attempts >= MOST_ATTEMPTS) return OtpAttemptsExceeded.with({ retryAfter: row.resend_after });
    if (row.expired) return OtpExpired.with();
    if (right) return new RightPasscode(purpose, row.id, row.subject);
    await tx.query('update passcode_challenge set attempts = attempts + 1 where purpose = $1 and id = $2', [purpose, row.id]);
    tx.audit(PasscodeRefused, { target: { type: 'passcode', id: row.id }, after: { purpose }, outcome: 'refused' });
    return OtpInvalid.with();
  }

  /** All that a code is bound to goes into its hash: whatever is another makes the code wrong. */
  private secretHash({
    purpose,
    challengeId,
    subject,
    binding,
    code,
  }: Required<Omit<PasscodeGuess, 'binding'>> & { binding?: string }): Buffer {
    return this.keyring.hmac('passcode', JSON.stringify([purpose, challengeId, subject, binding ?? null, code]));
  }

  private async resendAfter(tx: WriteTx, purpose: PasscodePurpose, subject: string): Promise<number> {
    const [row] = await tx.query<{ seconds: number }>(
      `select ceil(extract(epoch from resend_at - now()))::int as seconds from passcode_challenge where purpose = $1 and subject = $2`,
      [purpose, subject],
    );
    return Math.max(row?.seconds ?? 1, 1);
  }
}

/** How many in a row without a success; a day of silence, or a success, ends the row. */
const NEXT_ISSUED = `(case when c.used_at is not null or c.issued_at < now() - interval '1 day' then 1 else c.issued + 1 end)`;
