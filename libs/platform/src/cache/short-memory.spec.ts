import { setTimeout as sleep } from 'node:timers/promises';
import { ShortMemory } from './short-memory.js';

describe('ShortMemory', () => {
  it('asks once for calls that come together, and again when the time is over', async () => {
    let asked = 0;
    const memory = new ShortMemory(40, async (key) => `${key}${++asked}`);
    expect(await Promise.all([memory.get('a'), memory.get('a'), memory.get('b')])).toEqual(['a1', 'a1', 'b2']);
    expect(await memory.get('a')).toBe('a1');
    await sleep(50);
    expect(await memory.get('a')).toBe('a3');
  });

  it('does not remember a failure', async () => {
    let asked = 0;
    const memory = new ShortMemory(10_000, async () => {
      if (++asked === 1) throw new Error('away');
      return asked;
    });
    await expect(memory.get('a')).rejects.toThrow('away');
    expect(await memory.get('a')).toBe(2);
  });

  it('does not remember what is not lasting, but shares it among calls that come together', async () => {
    let asked = 0;
    const memory = new ShortMemory(
      10_000,
      async () => ++asked,
      10,
      (value) => value > 1,
    );
    expect(await Promise.all([memory.get('a'), memory.get('a')])).toEqual([1, 1]);
    expect([await memory.get('a'), await memory.get('a')]).toEqual([2, 2]);
  });

  it('holds no more keys than its capacity', async () => {
    const asked: string[] = [];
    const memory = new ShortMemory(10_000, async (key) => asked.push(key), 2);
    for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await memory.get(key);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});
