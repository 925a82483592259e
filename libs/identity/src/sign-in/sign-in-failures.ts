import { Injectable } from '@nestjs/common';
import { Keyring, type WriteTx } from '@tallystick/platform';
import ipaddr from 'ipaddr.js';
import { ACCOUNT_LOCK, ADDRESS_LOCK, afterFailure, isLocked, type FailureCount, type LockRule } from './sign-in-lock.policy.js';

/** Whose failures are counted at a sign-in. */
export interface SignInSubject {
  /** The e-mail address as typed, in lower case, whether or not there is such an account. */
  readonly email: string;
  /** The person's device, when they signed in on it before: it has a count of its own, which strangers cannot fill. */
  readonly device?: string;
  /** Where the request comes from. */
  readonly address?: string;
}

/** The counts of a sign-in, which stay as they are until the transaction ends. */
export interface HeldCounts {
  readonly locked: boolean;
  /** Counts one more failure; answers for how many seconds it locked the account, if it did. */
  countFailure(): Promise<number | undefined>;
  /** Forgets the failures of account and device. */
  forgive(): Promise<void>;
}

interface Count extends FailureCount {
  readonly key: Buffer;
  readonly rule: LockRule;
}

interface Row {
  key: Buffer;
  failures: number;
  lockouts: number;
  locked_until: Date | null;
  failed_at: Date;
}

/**
 * Counts failed sign-ins by account and by address. An account that does not exist is counted like any other, and while something is
 * locked nothing is counted: of any number of wrong passwords at the same moment, one locks (AUT-04).
 */
@Injectable()
export class SignInFailures {
  constructor(private readonly keyring: Keyring) {}

  /** Takes hold of the counts; a `failing` sign-in waits for those that fail beside it. */
  async hold(tx: WriteTx, { email, device, address }: SignInSubject, failing: boolean): Promise<HeldCounts> {
    const account = this.key(device === undefined ? `account/${email}` : `device/${device}`);
    const network = address === undefined ? undefined : this.key(`address/${networkOf(address)}`);
    const keys = network ? [account, network] : [account];
    if (failing) {
      await tx.query(
        `insert into sign_in_failure (key, failures, lockouts, failed_at)
         select key, 0, 0, now() from unnest($1::bytea[]) as key order by key on conflict (key) do nothing`,
        [keys],
      );
    }
    const rows = await tx.query<Row & { now: Date }>(
      `select key, failures, lockouts, locked_until, failed_at, now() as now from sign_in_failure
       where key = any ($1::bytea[]) order by key for update`,
      [keys],
    );
    const counts = rows.map((row) => readCount(row, row.key.equals(account) ? ACCOUNT_LOCK : ADDRESS_LOCK));
    // An address that is locked keeps out who is not known there.
    const locked = counts.some((count) => (count.rule === ACCOUNT_LOCK || device === undefined) && isLocked(count, rows[0]!.now));
    return {
      locked,
      countFailure: () => this.count(tx, counts, rows[0]!.now),
      forgive: () => this.forget(tx, [account]),
    };
  }

  /** Lets the owner of an account in again, who proved otherwise that it is theirs: by a password reset (AUT-04). */
  async forgive(tx: WriteTx, email: string): Promise<void> {
    await this.forget(tx, [this.key(`account/${email.toLowerCase()}`)]);
  }

  /** Forgets counts that mean nothing any more, at most `limit`; answers how many. */
  async removeOld(tx: WriteTx, limit: number): Promise<number> {
    const removed = await tx.query(
      `delete from sign_in_failure where key in
         (select key from sign_in_failure where failed_at < now() - interval '31 days' order by failed_at limit $1 for update skip locked)
       returning 1`,
      [limit],
    );
    return removed.length;
  }

  private async count(tx: WriteTx, counts: readonly Count[], now: Date): Promise<number | undefined> {
    const open = counts.filter((count) => !isLocked(count, now));
    const next = open.map((count) => ({ ...afterFailure(count, count.rule, now), key: count.key, rule: count.rule }));
    await tx.query(
      `update sign_in_failure f set failures = n.failures, lockouts = n.lockouts, locked_until = n.locked_until, failed_at = $5
       from unnest($1::bytea[], $2::int[], $3::int[], $4::timestamptz[]) as n(key, failures, lockouts, locked_until) where f.key = n.key`,
      [
        next.map(({ key }) => key),
        next.map((one) => one.failures),
        next.map((one) => one.lockouts),
        next.map((one) => one.lockedUntil),
        now,
      ],
    );
    const until = next.find(({ rule }) => rule === ACCOUNT_LOCK)?.lockedUntil;
    return until ? Math.round((until.getTime() - now.getTime()) / 1_000) : undefined;
  }

  private async forget(tx: WriteTx, keys: readonly Buffer[]): Promise<void> {
    await tx.query('delete from sign_in_failure where key = any ($1::bytea[])', [keys]);
  }

  private readonly key = (of: string): Buffer => this.keyring.hmac('failed sign-in', of);
}

const readCount = ({ key, failures, lockouts, locked_until: lockedUntil, failed_at: failedAt }: Row, rule: LockRule): Count => ({
  key,
  failures,
  lockouts,
  lockedUntil,
  failedAt,
  rule,
});

/** Who has an IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const read = ipaddr.process(address);
  return read.kind() === 'ipv4' ? read.toString() : (read as ipaddr.IPv6).parts.slice(0, 4).join(':');
}
