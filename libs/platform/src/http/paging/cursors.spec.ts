import { randomUUID } from 'node:crypto';
import { DomainError, requestContext } from '@tallystick/kernel';
import { Cursors } from './cursors.js';

const context = () => requestContext({ tenantId: randomUUID(), actor: { type: 'client' as const, id: 'c' }, requestId: 'r-0000001' });
const cursors = new Cursors(Buffer.alloc(32, 1));
const rows = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ id: from + index }));
const pageAt = (ctx: ReturnType<typeof context>, cursor?: string) => {
  const after = cursors.read<{ id: number }>(ctx, 'things', { cursor })?.id ?? 0;
  return cursors.page(
    ctx,
    'things',
    { page_size: 2 },
    rows(after + 1, Math.min(3, 5 - after)),
    ({ id }) => ({ id }),
    ({ id }) => id,
  );
};
const cursorOf = (page: { meta: object }) => (page.meta as { pagination: { next_cursor: string } }).pagination.next_cursor;
const errorsOf = (read: () => unknown): object => {
  try {
    read();
    return {};
  } catch (error) {
    return { ...(error as DomainError).details.errors, code: (error as DomainError).definition.code };
  }
};

describe('cursors', () => {
  it('walk a list to its end (LST-01)', () => {
    const ctx = context();
    const first = pageAt(ctx);
    const second = pageAt(ctx, cursorOf(first));
    const third = pageAt(ctx, cursorOf(second));
    expect([first.data, second.data, third.data]).toEqual([[1, 2], [3, 4], [5]]);
    expect(second.meta).toEqual({ pagination: { page_size: 2, next_cursor: expect.any(String), has_next: true } });
    expect(third.meta).toEqual({ pagination: { page_size: 2, next_cursor: null, has_next: false } });
  });

  it('are unknown to another tenant, to another list and when invented (LST-02)', () => {
    const ctx = context();
    const cursor = cursorOf(pageAt(ctx));
    const unknown = { code: 'validation_error', cursor: ['This cursor is not one of this list.'] };
    expect(errorsOf(() => cursors.read(context(), 'things', { cursor }))).toEqual(unknown);
    expect(errorsOf(() => cursors.read(ctx, 'others', { cursor }))).toEqual(unknown);
    expect(errorsOf(() => new Cursors(Buffer.alloc(32, 2)).read(ctx, 'things', { cursor }))).toEqual(unknown);
    const [key, seal] = cursor.split('.') as [string, string];
    for (const forged of [
      '',
      '.',
      'abc',
      key,
      `${key}.`,
      `${key}.${'A'.repeat(22)}`,
      `${key}x.${seal}`,
      `${Buffer.from('{"id":9}').toString('base64url')}.${seal}`,
    ])
      expect(errorsOf(() => cursors.read(ctx, 'things', { cursor: forged }))).toEqual(unknown);
  });

  it('do not go together with a page number (LST-02)', () => {
    const ctx = context();
    expect(errorsOf(() => cursors.read(ctx, 'things', { cursor: cursorOf(pageAt(ctx)), page: 2 }))).toEqual({
      code: 'validation_error',
      cursor: ['Give either a page or a cursor.'],
    });
  });
});
