import { setTimeout as sleep } from 'node:timers/promises';
import { Stopped } from './failure.js';
import { runInFlight, type Task } from './in-flight.js';

async function* listed(tasks: Task[]): AsyncGenerator<Task> {
  yield* tasks;
}
const never = new AbortController().signal;

describe('tasks in flight', () => {
  it('run in their order, no more than the limit at once, and one alone after all before it', async () => {
    let flying = 0;
    const seen: string[] = [];
    const task = (name: string, alone = false): Task => ({
      alone,
      run: async () => {
        seen.push(`${name}${alone ? ` after ${flying}` : ''}`);
        expect(++flying).toBeLessThanOrEqual(3);
        await sleep(5);
        flying--;
      },
    });
    await runInFlight(listed([task('a'), task('b'), task('c'), task('d'), task('e', true), task('f')]), 3, never);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e after 0', 'f']);
  });

  it('begin no more after a failure, end what is under way, and throw the first failure', async () => {
    const ended: string[] = [];
    const told = jest.fn();
    const fail: Task = { run: () => Promise.reject(new Error('refused')) };
    const slow: Task = { run: () => sleep(20).then(() => void ended.push('slow')) };
    const later: Task = { run: async () => void ended.push('later') };
    await expect(runInFlight(listed([slow, fail, later]), 2, never, told)).rejects.toThrow('refused');
    expect([ended, told.mock.calls.length]).toEqual([['slow'], 1]);
  });

  it('begin no more when told to stop, and end what is under way', async () => {
    const stop = new AbortController();
    const ended: string[] = [];
    const first: Task = {
      run: async () => {
        stop.abort();
        await sleep(10);
        ended.push('first');
      },
    };
    await expect(runInFlight(listed([first, { run: async () => void ended.push('second') }]), 2, stop.signal)).rejects.toThrow(Stopped);
    expect(ended).toEqual(['first']);
  });

  it('end what is under way when the source breaks', async () => {
    const ended: string[] = [];
    async function* broken(): AsyncGenerator<Task> {
      yield { run: () => sleep(10).then(() => void ended.push('first')) };
      throw new Error('unreadable');
    }
    await expect(runInFlight(broken(), 2, never)).rejects.toThrow('unreadable');
    expect(ended).toEqual(['first']);
  });
});
