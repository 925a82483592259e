import { requestContext, type TenantContext } from '@tallystick/kernel';
import { Turns } from './turns.js';

const contextOf = (tenantId: string, id = 'bank'): TenantContext =>
  requestContext({ tenantId, actor: { type: 'client', id }, requestId: 'test-0001' });
const [a, b] = [contextOf('a'), contextOf('b')];

/** Works that end when they are told to, and the names of those that have begun. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => new Promise<string>((resolve) => (begun.push(name), ends.set(name, () => resolve(name))));
  const end = async (name: string): Promise<void> => {
    await new Promise(setImmediate);
    ends.get(name)!();
    await new Promise(setImmediate);
  };
  return { begun, work, end };
}

describe('turns', () => {
  it('come to one at a time of a tenant, in the order of coming, and beside those of others (TEN-09)', async () => {
    const turns = new Turns({ waiting: 10, waitMs: 60_000 });
    const { begun, work, end } = works();
    const done = [
      turns.take(a, '1', work('a1')),
      turns.take(a, '2', work('a2')),
      turns.take(a, '3', work('a3')),
      turns.take(b, '1', work('b1')),
    ];
    await new Promise(setImmediate);
    expect(begun).toEqual(['a1', 'b1']);
    await end('a1');
    await end('a2');
    expect(begun).toEqual(['a1', 'b1', 'a2', 'a3']);
    await end('b1');
    await end('a3');
    expect(await Promise.all(done)).toEqual(['a1', 'a2', 'a3', 'b1']);
    const later = turns.take(a, '1', work('later'));
    await end('later');
    expect(await later).toBe('later');
  });

  it('go on after a work that failed', async () => {
    const turns = new Turns({ waiting: 10, waitMs: 60_000 });
    const failed = turns.take(a, '1', () => Promise.reject(new Error('no')));
    const next = turns.take(a, '1', async () => 'never');
    await expect(next).rejects.toMatchObject({ definition: { code: 'idempotency_in_progress' }, details: { retryAfter: 1 } });
    await expect(failed).rejects.toThrow('no');
    expect(await turns.take(a, '1', async () => 'again')).toBe('again');
  });

  it('know works by tenant, actor and name (C5.4)', async () => {
    const turns = new Turns({ waiting: 10, waitMs: 60_000 });
    const { work, end, begun } = works();
    const all = [turns.take(a, '1', work('a')), turns.take(b, '1', work('b')), turns.take(contextOf('a', 'other'), '1', work('other'))];
    await end('b');
    await end('a');
    await end('other');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'other']);
    expect(begun).toEqual(['a', 'b', 'other']);
  });

  it('are refused with Retry-After when too many wait, or for too long', async () => {
    const turns = new Turns({ waiting: 1, waitMs: 20 });
    const { work, end, begun } = works();
    const first = turns.take(a, '1', work('first'));
    const waiting = turns.take(a, '2', work('waiting'));
    const refused = { definition: { code: 'service_unavailable' }, details: { retryAfter: 1 } };
    await expect(turns.take(a, '3', work('full'))).rejects.toMatchObject(refused);
    await expect(waiting).rejects.toMatchObject(refused);
    const patient = turns.take(a, '2', async () => 'patient');
    await end('first');
    expect([await first, await patient]).toEqual(['first', 'patient']);
    expect(begun).toEqual(['first']);
  });
});
