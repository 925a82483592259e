import { ReplayFailure, Setback, Stopped } from '../failure.js';
import { backoff, Patience, retryAfterMs } from './patience.js';

const never = new AbortController().signal;

describe('patience', () => {
  it('tries again after setbacks, waiting as long as it was asked', async () => {
    const waits: number[] = [];
    const patience = new Patience(1_000, never, (_, waitMs) => waits.push(waitMs));
    const attempts = [new Setback('one', 5), new Setback('two', 7)];
    const answer = await patience.persist(async () => {
      const setback = attempts.shift();
      if (setback) throw setback;
      return 'done';
    });
    expect([answer, waits]).toEqual(['done', [5, 7]]);
  });

  it('ends with the last reason, without a wait that would outlast it', async () => {
    const began = Date.now();
    const attempt = (): Promise<never> => Promise.reject(new Setback('the API answers 503', 60_000));
    await expect(new Patience(30_000, never).persist(attempt)).rejects.toThrow('Gave up after 0.5 minutes of trying: the API answers 503.');
    expect(Date.now() - began).toBeLessThan(1_000);
  });

  it('does not repeat what was refused', async () => {
    const attempt = jest.fn(() => Promise.reject(new ReplayFailure('no')));
    await expect(new Patience(1_000, never).persist(attempt)).rejects.toThrow('no');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('wakes up when told to stop, and makes no attempt after it', async () => {
    const stop = new AbortController();
    const attempt = jest.fn(() => Promise.reject(new Setback('down', 60_000)));
    const ended = new Patience(600_000, stop.signal).persist(attempt);
    setTimeout(() => stop.abort(), 20);
    await expect(ended).rejects.toThrow(Stopped);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('waits twice as long each time, up to ten seconds, with jitter in the upper half', () => {
    expect([0, 1, 2, 5, 50].map((setbacks) => backoff(setbacks, 1))).toEqual([250, 500, 1_000, 8_000, 10_000]);
    expect(backoff(0, 0)).toBe(125);
  });
});

describe('Retry-After (ERR-07)', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['Thu, 01 Jan 2015 00:00:09 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('%j is %j ms', (header, ms) => expect(retryAfterMs(header, now)).toBe(ms));
});
