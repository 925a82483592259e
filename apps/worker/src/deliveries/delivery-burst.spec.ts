import type { Attempt, DueDelivery } from '@tallystick/messaging';
import { DeliveryBurst, type BurstActs, type BurstLimits } from './delivery-burst.js';

const delivery = (n: number): DueDelivery => ({
  id: `d${n}`,
  eventId: `e${n}`,
  eventName: 'tea.poured',
  requestId: 'r',
  attempts: 0,
  attemptsBefore: 0,
  body: '{}',
});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A table of due deliveries, and a receiver that takes so many milliseconds for each, or hangs until it is freed. */
function world(count: number, time: (n: number) => number | Promise<void> = () => 1) {
  const open = new Map(Array.from({ length: count }, (_, n) => [`d${n}`, delivery(n)]));
  const seen = { calls: [] as string[], lists: [] as number[], released: 0, most: 0, now: 0, pages: 0 };
  const acts: BurstActs = {
    due: async (busy, limit) => {
      seen.pages++;
      return [...open.values()].filter(({ id }) => !busy.includes(id)).slice(0, limit);
    },
    call: async ({ id }) => {
      seen.calls.push(id);
      seen.most = Math.max(seen.most, ++seen.now);
      const startedAt = performance.now();
      const taken = time(Number(id.slice(1)));
      await (typeof taken === 'number' ? pause(taken) : taken);
      seen.now--;
      return {
        deliveryId: id,
        number: 1,
        startedAt,
        url: 'https://hooks.example.com/in',
        headers: {},
        durationMs: 1,
        verdict: { status: 'delivered' },
        responseStatus: 200,
        responseText: '',
        error: null,
      };
    },
    record: async (attempts: readonly Attempt[], release) => {
      seen.lists.push(attempts.length);
      if (release) seen.released++;
      for (const { deliveryId } of attempts) open.delete(deliveryId);
      return true;
    },
  };
  const run = (limits: Partial<BurstLimits> = {}, changed: Partial<BurstActs> = {}) =>
    new DeliveryBurst(
      { ...acts, ...changed },
      { lanes: 8, calls: Infinity, sliceMs: 10_000, signal: new AbortController().signal, ...limits },
    ).run();
  return { open, seen, run };
}

describe('a burst of deliveries', () => {
  it('makes each call once, in its lanes, and records by the list', async () => {
    const { open, seen, run } = world(1_000, () => 0);
    expect(await run()).toBe(false);
    expect(open.size).toBe(0);
    expect(new Set(seen.calls).size).toBe(1_000);
    expect(seen.calls).toHaveLength(1_000);
    expect(seen.most).toBe(8);
    expect(seen.lists.length + seen.pages).toBeLessThan(40);
    expect(seen.released).toBe(1);
  });

  it('is held up in one lane only by a receiver that hangs (WHK-03)', async () => {
    let free = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (free = resolve));
    const { seen, run } = world(600, (n) => (n === 0 ? hanging : 0));
    const running = run();
    while (seen.calls.length < 600) await pause(5);
    expect(seen.now).toBeGreaterThan(0);
    free();
    await running;
    expect(seen.calls).toHaveLength(600);
  });

  it('gives the next endpoint its turn when its time is over (TEN-09)', async () => {
    const { open, seen, run } = world(1_000, () => 20);
    expect(await run({ sliceMs: 200 })).toBe(true);
    expect(seen.calls.length).toBeLessThan(150);
    expect(open.size).toBe(1_000 - seen.calls.length);
  });

  it('begins no call any more when the process stops, and records what it had begun (OUT-04)', async () => {
    const stopping = new AbortController();
    const { open, seen, run } = world(100, () => 30);
    const running = run({ signal: stopping.signal });
    await pause(10);
    stopping.abort();
    await running;
    expect(seen.calls).toHaveLength(8);
    expect(open.size).toBe(92);
  });

  it('makes one call to an endpoint that was down (WHK-12)', async () => {
    const { seen, run } = world(100);
    expect(await run({ lanes: 1, calls: 1 })).toBe(true);
    expect(seen.calls).toHaveLength(1);
  });

  it('stops when it is told that the lease is lost or the endpoint is disabled', async () => {
    const { seen, run } = world(1_000, () => 5);
    expect(await run({}, { record: async () => false })).toBe(false);
    expect(seen.calls.length).toBeLessThan(1_000);
  });

  it('fails when something could not be recorded, and does not go on', async () => {
    const { seen, run } = world(1_000, () => 5);
    const away = async () => Promise.reject(new Error('the database is away'));
    await expect(run({}, { record: away })).rejects.toThrow('the database is away');
    await expect(run({}, { due: away })).rejects.toThrow('the database is away');
    const count = seen.calls.length;
    await pause(50);
    expect(seen.calls.length).toBe(count);
  });
});
