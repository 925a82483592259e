import { ACCOUNT_LOCK, ADDRESS_LOCK, afterFailure, isLocked, type FailureCount } from './sign-in-lock.policy.js';

const START = new Date('2026-03-01T00:00:00Z');
const later = (seconds: number): Date => new Date(START.getTime() + seconds * 1_000);
const none: FailureCount = { failures: 0, lockouts: 0, lockedUntil: null, failedAt: START };
const fail = (count: FailureCount, times: number, now: Date, rule = ACCOUNT_LOCK): FailureCount =>
  Array.from({ length: times }).reduce<FailureCount>((last) => afterFailure(last, rule, now), count);

describe('the lock of an account (AUT-04)', () => {
  it('closes at the tenth failure, for five minutes', () => {
    expect(fail(none, 9, START)).toEqual({ failures: 9, lockouts: 0, lockedUntil: null, failedAt: START });
    const locked = fail(none, 10, START);
    expect(locked).toEqual({ failures: 0, lockouts: 1, lockedUntil: later(300), failedAt: START });
    expect([isLocked(locked, later(299)), isLocked(locked, later(300)), isLocked(none, START)]).toEqual([true, false, false]);
  });

  it('doubles each time, up to a day, so that a hundred guesses take two days', () => {
    const seconds: number[] = [];
    let [count, now] = [none, START];
    for (let i = 0; i < 12; i++) {
      count = fail(count, 10, now);
      seconds.push((count.lockedUntil!.getTime() - now.getTime()) / 1_000);
      now = count.lockedUntil!;
    }
    expect(seconds).toEqual([300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 76_800, 86_400, 86_400, 86_400]);
    expect(seconds.slice(0, 10).reduce((sum, one) => sum + one)).toBeGreaterThan(2 * 86_400);
  });

  it('forgets failures after a day, and how often it closed after a month', () => {
    expect(fail(fail(none, 9, START), 1, later(86_401)).failures).toBe(1);
    const locked = fail(none, 10, START);
    expect(fail(locked, 10, later(86_401)).lockouts).toBe(2);
    expect(fail(locked, 10, later(30 * 86_400 + 1)).lockouts).toBe(1);
  });

  it('is wider for an address', () => {
    expect(fail(none, 299, START, ADDRESS_LOCK).lockedUntil).toBeNull();
    expect(fail(none, 300, START, ADDRESS_LOCK).lockedUntil).toEqual(later(900));
  });
});
