import { problemsOf } from './check-condition.policy.js';

const deep = (depth: number): object => (depth === 0 ? { field: 'status', op: 'eq', value: 'active' } : { not: deep(depth - 1) });
const status = { field: 'status', op: 'eq', value: 'active' };

it.each([
  [
    {
      all: [
        status,
        { any: [{ field: 'spend', days: 30, op: 'gte', value: '10.50' }, { not: { field: 'tier', op: 'is_set', value: true } }] },
      ],
    },
  ],
  [{ field: 'attribute', code: 'city', op: 'in', value: ['Pune', 7] }],
  [{ field: 'attribute', code: 'joined', op: 'lt', value: '2026-02-28' }],
  [{ field: 'days_since_last_purchase', op: 'gt', value: 60, program_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01' }],
  [deep(4)],
])('%j is a condition', (condition) => {
  expect(problemsOf(condition)).toEqual({});
});

it.each([
  ['text', 'definition'],
  [[status], 'definition'],
  [{}, 'definition'],
  [{ all: [status], any: [status] }, 'definition'],
  [{ all: [] }, 'definition.all'],
  [{ all: [status], more: 1 }, 'definition.more'],
  [{ field: 'email', op: 'eq', value: 'x' }, 'definition.field'],
  [{ all: [{ ...status, value: 'asleep' }] }, 'definition.all.0.value'],
  [{ ...status, op: 'gt' }, 'definition.op'],
  [{ ...status, op: 'in' }, 'definition.value'],
  [{ not: { field: 'spend', op: 'gte', value: '10' } }, 'definition.not.days'],
  [{ field: 'purchases', days: 0, op: 'gte', value: 1 }, 'definition.days'],
  [{ field: 'spend', days: 1, op: 'gte', value: '1e3' }, 'definition.value'],
  [{ field: 'spend', days: 1, op: 'gte', value: -1 }, 'definition.value'],
  [{ field: 'attribute', op: 'eq', value: 1 }, 'definition.code'],
  [{ field: 'attribute', code: 'a', op: 'gt', value: 'soon' }, 'definition.value'],
  [{ field: 'enrolled_on', op: 'eq', value: '2026-02-30' }, 'definition.value'],
  [{ field: 'tier', op: 'eq', value: "x'; drop table member" }, 'definition.value'],
  [deep(5), 'definition.not.not.not.not.not'],
  [{ any: Array.from({ length: 4 }, () => ({ all: Array.from({ length: 10 }, () => status) })) }, 'definition'],
])('%j is none, and it is said where', (given, place) => {
  expect(Object.keys(problemsOf(given))).toEqual([place]);
});
