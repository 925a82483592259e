import { isDown, pauseAfter } from './endpoint-health.policy.js';
import { judgeAttempt, RETRY_DELAYS_MS } from './retry-schedule.policy.js';

const now = new Date('2026-11-22T10:00:00Z');
const judge = (attempt: number, status: number | null, retryAfter?: string, random = 0) =>
  judgeAttempt(attempt, { status, retryAfter }, random, now);

describe('the retry schedule (WHK-04, WHK-05)', () => {
  it('takes any 2xx, and only 2xx, for success', () => {
    for (const status of [200, 201, 202, 204, 299]) expect(judge(1, status)).toEqual({ status: 'delivered' });
    for (const status of [100, 199, 300, 301, 302, 304, 400, 404, 500, null]) expect(judge(1, status).status).toBe('failed');
  });

  it('follows the published pauses, stretched by a tenth at most', () => {
    const seconds = RETRY_DELAYS_MS.map((ms) => ms / 1_000);
    expect(seconds).toEqual([5, 15, 30, 60, 300, 1_800, 7_200, 21_600, 43_200, 72_000, 86_400]);
    RETRY_DELAYS_MS.forEach((delayMs, index) => {
      expect(judge(index + 1, 500)).toEqual({ status: 'failed', delayMs });
      expect(judge(index + 1, 500, undefined, 1)).toEqual({ status: 'failed', delayMs: Math.round(delayMs * 1.1) });
    });
  });

  it('is twelve tries within three days, whatever the jitter (C6.6)', () => {
    const days = (random: number): [tries: number, days: number] => {
      let [tries, ms] = [1, 0];
      for (
        let verdict = judge(tries, 500, undefined, random);
        verdict.status === 'failed';
        verdict = judge(++tries, 500, undefined, random)
      )
        ms += verdict.delayMs;
      return [tries, ms / 86_400_000];
    };
    const [[least, soonest], [most, latest]] = [days(0), days(1)] as const;
    expect([least, most]).toEqual([12, 12]);
    expect(soonest).toBeGreaterThan(2.5);
    expect(latest).toBeLessThan(3);
  });

  it('is exhausted after the last of them', () => {
    expect(judge(RETRY_DELAYS_MS.length + 1, 500)).toEqual({ status: 'exhausted', gone: false });
    expect(judge(RETRY_DELAYS_MS.length + 1, 200)).toEqual({ status: 'delivered' });
  });

  it('ends at once when the receiver is gone', () => expect(judge(1, 410)).toEqual({ status: 'exhausted', gone: true }));

  it.each([
    [429, '7', 7_000],
    [503, '120', 120_000],
    [503, 'Sun, 22 Nov 2026 10:05:00 GMT', 300_000],
    [503, '2', 5_000],
    [503, 'Sun, 22 Nov 2026 09:00:00 GMT', 5_000],
    [503, 'soon', 5_000],
    [503, '999999999', 86_400_000],
    [500, '600', 5_000],
  ])('honors Retry-After of a %d: %s', (status, header, delayMs) =>
    expect(judge(1, status, header)).toEqual({ status: 'failed', delayMs }),
  );
});

describe('an endpoint that is down (WHK-12)', () => {
  it('is one that failed ten times in a row', () => expect([0, 9, 10, 500].map(isDown)).toEqual([false, false, true, true]));
  it('is left alone for longer each time, a minute at most', () => {
    expect([9, 10, 11, 12, 13, 14, 1_000_000].map(pauseAfter)).toEqual([undefined, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });
});
