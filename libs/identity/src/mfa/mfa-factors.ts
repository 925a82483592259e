import { Injectable } from '@nestjs/common';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { newRecoveryCode, RECOVERY_CODES, recoveryCodeHash } from './recovery-code.policy.js';

/** A person's second factor as it stands under its lock. */
export interface MfaFactor {
  /** Null while none is enabled. */
  readonly secret: Buffer | null;
  readonly generation: number;
  /** The last steps whose codes were accepted: none is accepted again. */
  readonly usedSteps: readonly number[];
  readonly failures: number;
  readonly setupFailures: number;
  readonly lockouts: number;
  /** Seconds that the app is still locked; 0 when it is not. */
  readonly lockedFor: number;
  /** Seconds since 1970 on the database's clock: one clock for all processes. */
  readonly now: number;
}

interface Row {
  secret: string | null;
  generation: number;
  used_steps: number[];
  failures: number;
  setup_failures: number;
  lockouts: number;
  locked_for: number;
  now: number;
}

/** More than the steps that are accepted at one moment, so that a clock set back lets no code in again. */
const REMEMBERED_STEPS = 20;

const factorAad = (userId: string): string => `mfa_factor/${userId}`;

/** The table of second factors. Whoever reads one to decide something holds its lock: codes count exactly under parallel calls. */
@Injectable()
export class MfaFactors {
  constructor(private readonly keyring: Keyring) {}

  /**
   * Locks the factor of a person until the transaction ends, and makes an empty one for who has none. The account first: a sign-in that found
   * no factor has opened its session before, and the session ends with the others.
   */
  async lock(tx: WriteTx, userId: string): Promise<MfaFactor> {
    await tx.query('select from user_account where id = $1 for no key update', [userId]);
    await tx.query('insert into mfa_factor (user_id) values ($1) on conflict do nothing', [userId]);
    const [row] = await tx.query<Row>(
      `select secret, generation, used_steps, failures, setup_failures, lockouts,
         greatest(0, ceil(extract(epoch from locked_until - clock_timestamp())))::float8 as locked_for,
         extract(epoch from clock_timestamp())::float8 as now
       from mfa_factor where user_id = $1 for update`,
      [userId],
    );
    const { secret, generation, failures, lockouts, now } = row!;
    return {
      secret: secret === null ? null : this.keyring.decrypt(secret, factorAad(userId)),
      generation,
      usedSteps: row!.used_steps,
      failures,
      setupFailures: row!.setup_failures,
      lockouts,
      lockedFor: row!.locked_for,
      now,
    };
  }

  /** Enables a factor, or another in its place, and answers its recovery codes: shown once, for their hashes alone are kept. */
  async enable(tx: WriteTx, userId: string, secret: Buffer, usedStep?: number): Promise<string[]> {
    await tx.query(
      `insert into mfa_factor as f (user_id, secret, confirmed_at, used_steps) values ($1, $2, now(), $3)
       on conflict (user_id) do update set secret = excluded.secret, confirmed_at = excluded.confirmed_at, used_steps = excluded.used_steps,
         generation = f.generation + 1, failures = 0, setup_failures = 0, lockouts = 0, locked_until = null`,
      [userId, this.keyring.encrypt(secret, factorAad(userId)), usedStep === undefined ? [] : [usedStep]],
    );
    return this.renewRecoveryCodes(tx, userId);
  }

  async disable(tx: WriteTx, userId: string): Promise<void> {
    await tx.query('delete from mfa_recovery_code where user_id = $1', [userId]);
    await tx.query(
      `update mfa_factor set secret = null, confirmed_at = null, used_steps = '{}', generation = generation + 1,
         failures = 0, setup_failures = 0, lockouts = 0, locked_until = null
       where user_id = $1`,
      [userId],
    );
  }

  /** New codes in place of all the old, used or not. */
  async renewRecoveryCodes(tx: WriteTx, userId: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
    await tx.query('delete from mfa_recovery_code where user_id = $1', [userId]);
    await tx.query('insert into mfa_recovery_code (user_id, hash) select $1, unnest($2::bytea[])', [
      userId,
      codes.map((code) => recoveryCodeHash(code.replaceAll('-', ''))),
    ]);
    return codes;
  }

  /** Uses a recovery code up. False for one that is unknown or was used. */
  async useRecoveryCode(tx: WriteTx, userId: string, plain: string): Promise<boolean> {
    const used = await tx.query(
      'update mfa_recovery_code set used_at = now() where user_id = $1 and hash = $2 and used_at is null returning 1',
      [userId, recoveryCodeHash(plain)],
    );
    return used.length > 0;
  }

  /** Notes that a right code came, of the step if it was an app's. */
  async recordSuccess(tx: WriteTx, userId: string, { usedSteps }: MfaFactor, step?: number): Promise<void> {
    const steps = step === undefined ? usedSteps : [...usedSteps, step].slice(-REMEMBERED_STEPS);
    await tx.query('update mfa_factor set used_steps = $2, failures = 0, lockouts = 0, locked_until = null where user_id = $1', [
      userId,
      steps,
    ]);
  }

  async recordFailure(tx: WriteTx, userId: string): Promise<void> {
    await tx.query('update mfa_factor set failures = failures + 1 where user_id = $1', [userId]);
  }

  async lockOut(tx: WriteTx, userId: string, seconds: number): Promise<void> {
    await tx.query(
      `update mfa_factor set failures = 0, lockouts = lockouts + 1, locked_until = clock_timestamp() + make_interval(secs => $2) where user_id = $1`,
      [userId, seconds],
    );
  }

  /** Counts a wrong code of a set-up; the last one allowed voids the secret that it showed. */
  async recordSetupFailure(tx: WriteTx, userId: string, isLast: boolean): Promise<void> {
    await tx.query(
      isLast
        ? 'update mfa_factor set setup_failures = 0, generation = generation + 1 where user_id = $1'
        : 'update mfa_factor set setup_failures = setup_failures + 1 where user_id = $1',
      [userId],
    );
  }
}
