import { changesOf } from './changes.policy.js';

it('leaves what differs, of each side', () => {
  const at = (iso: string): Date => new Date(iso);
  const before = {
    name: 'a',
    status: 'active',
    scopes: ['x', 'y'],
    at: at('2026-01-01T00:00:00Z'),
    note: null as string | null,
    limits: { max: '1' },
  };
  const after = { ...before, status: 'revoked', scopes: ['x'], at: at('2026-01-01T00:00:00Z'), note: 'lost', limits: { max: '1' } };
  expect(changesOf(before, after)).toEqual({
    before: { status: 'active', scopes: ['x', 'y'], note: null },
    after: { status: 'revoked', scopes: ['x'], note: 'lost' },
  });
  expect(changesOf(before, before)).toEqual({ before: {}, after: {} });
});

it('shows a member that only one side has', () => {
  expect(changesOf<object>({ a: 1 }, { a: 1, b: 2 })).toEqual({ before: { b: null }, after: { b: 2 } });
});
