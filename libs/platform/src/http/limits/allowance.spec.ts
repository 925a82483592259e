import fc from 'fast-check';
import { Allowance, type Spent } from './allowance.js';
import type { Used } from './limit-store.js';

/** A store in memory, with windows from the first request on, that counts its questions. */
class MemoryStore {
  readonly windows = new Map<string, { total: number; endsAt: number }>();
  questions = 0;
  now = 0;

  constructor(private readonly ms: number) {}

  take = async (key: string, count: number): Promise<Used> => {
    this.questions++;
    await Promise.resolve();
    const known = this.windows.get(key);
    const window = known && this.now < known.endsAt ? known : { total: 0, endsAt: this.now + this.ms };
    window.total += count;
    this.windows.set(key, window);
    return { total: window.total, msLeft: window.endsAt - this.now };
  };
}

const processes = (store: MemoryStore, count: number, number: number, seconds = 60) =>
  Array.from({ length: number }, () => new Allowance({ count, seconds }, store.take, () => store.now));

const spend = async (allowance: Allowance, key = 'a'): Promise<Spent> => allowance.spend(key);

const granted = (all: readonly Spent[]): number => all.filter((spent) => spent.granted).length;

describe('an allowance', () => {
  it('lets exactly its limit pass, of a burst that is split over two processes (RTL-01)', async () => {
    for (const limit of [1, 5, 20, 100, 2_000]) {
      const store = new MemoryStore(60_000);
      const both = processes(store, limit, 2);
      const all = await Promise.all(Array.from({ length: limit + 20 }, (_, i) => spend(both[i % 2]!)));
      expect([limit, granted(all)]).toEqual([limit, limit]);
    }
  });

  it('asks a few times for a burst, and no more once the limit is used up', async () => {
    const store = new MemoryStore(60_000);
    const [one] = processes(store, 50, 1);
    await Promise.all(Array.from({ length: 70 }, () => spend(one!)));
    expect(store.questions).toBeLessThanOrEqual(2);
    for (let i = 0; i < 10; i++) expect(one!.spend('a')).toEqual({ granted: false, remaining: 0, resetInMs: 60_000 });
    expect(store.questions).toBeLessThanOrEqual(2);
  });

  it('tells what is left, falling by one with each request, never below 0 (RTL-02)', async () => {
    const store = new MemoryStore(60_000);
    const [one] = processes(store, 5_000, 1);
    const left: number[] = [];
    for (let i = 0; i < 5_010; i++) left.push((await one!.spend('a')).remaining);
    expect(left.slice(0, 5_000)).toEqual(Array.from({ length: 5_000 }, (_, i) => 4_999 - i));
    expect(new Set(left.slice(5_000))).toEqual(new Set([0]));
  });

  it('asks once for many requests while much is left', async () => {
    const store = new MemoryStore(60_000);
    const [one] = processes(store, 60_000, 1);
    let passed = 0;
    for (let i = 0; i < 10_000; i++) passed += Number((await one!.spend('a')).granted);
    expect(passed).toBe(10_000);
    expect(store.questions).toBeLessThan(25);
  });

  it('keeps keys apart and begins anew with the next window', async () => {
    const store = new MemoryStore(60_000);
    const [one] = processes(store, 2, 1);
    const passes = async (key: string) => (await one!.spend(key)).granted;
    expect([await passes('a'), await passes('a'), await passes('a'), await passes('b')]).toEqual([true, true, false, true]);
    store.now = 60_000;
    expect(await passes('a')).toBe(true);
  });

  it('says so when the store does not answer, to everybody who waits, and asks again for the next', async () => {
    let down = true;
    const store = new MemoryStore(60_000);
    const one = new Allowance({ count: 5, seconds: 60 }, (key, count) =>
      down ? Promise.reject(new Error('down')) : store.take(key, count),
    );
    const waiting = await Promise.allSettled(Array.from({ length: 3 }, () => spend(one)));
    expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    down = false;
    expect((await one.spend('a')).granted).toBe(true);
  });

  it('never lets more than its limit pass, however requests fall on processes and time, and loses at most a hundredth', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9_000 }),
        fc.array(fc.record({ process: fc.nat(2), burst: fc.integer({ min: 1, max: 900 }) }), { minLength: 1, maxLength: 40 }),
        async (limit, bursts) => {
          const store = new MemoryStore(60_000);
          const three = processes(store, limit, 3);
          let passed = 0;
          let tried = 0;
          for (const { process, burst } of bursts) {
            tried += burst;
            passed += granted(await Promise.all(Array.from({ length: burst }, () => spend(three[process]!))));
          }
          expect(passed).toBeLessThanOrEqual(Math.min(limit, tried));
          const lost = limit <= 2_000 ? 0 : 3 * Math.ceil(limit / 100);
          expect(passed).toBeGreaterThanOrEqual(Math.min(limit, tried) - lost);
        },
      ),
      { numRuns: 60 },
    );
  });
});
