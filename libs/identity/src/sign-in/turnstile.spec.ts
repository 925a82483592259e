import { setTimeout as sleep } from 'node:timers/promises';
import { Turnstile } from './turnstile.js';

describe('Turnstile', () => {
  it('never lets more inside than it may, keeps the order, and goes on after a failure', async () => {
    const turnstile = new Turnstile(2);
    let [inside, most] = [0, 0];
    const order: number[] = [];
    const visits = Array.from({ length: 9 }, (_, i) =>
      turnstile.pass(async () => {
        most = Math.max(most, ++inside);
        order.push(i);
        await sleep(2);
        inside--;
        if (i % 3 === 0) throw new Error(String(i));
        return i;
      }),
    );
    const said = await Promise.allSettled(visits);
    expect(said.map(({ status }) => status === 'rejected')).toEqual(visits.map((_, i) => i % 3 === 0));
    expect([most, order]).toEqual([2, [0, 1, 2, 3, 4, 5, 6, 7, 8]]);
    await expect(turnstile.pass(() => Promise.resolve('again'))).resolves.toBe('again');
  });
});
