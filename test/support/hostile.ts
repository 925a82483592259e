import type { ContractOperation } from './contract-watch.js';

/** Values that no field expects: each once broke some API. */
export const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  '',
  0,
  -1,
  1e308,
  -0.5,
  9_007_199_254_740_991,
  '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d',
  "' or 1=1; drop table member; --",
  '../../etc/passwd%00',
  '<script>alert(1)</script>',
  '2026-02-30T25:61:61Z',
  '-1e999',
  '𝕳𝖊𝖑𝖑𝖔 \u202e \ufeff \u{10ffff}',
  'x'.repeat(70_000),
  [],
  [[], {}, null],
  {},
  { $ne: null, length: 1e9, toString: 1, constructor: { name: 'x' } },
];

/** Bodies that are not even an object of the kind, as they go over the wire. */
export const HOSTILE_BODIES: readonly string[] = [
  '',
  'null',
  '7',
  '"text"',
  '[]',
  '[[[[]]]]',
  '{',
  '{"a":1,}',
  '\u0000',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"a":"\\u0000"}',
  '{"a":"\\ud800"}',
  '{"a":1e400}',
  '{"a":9007199254740993}',
  `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
];

/** What may stand in a path or a query, already escaped. */
export const HOSTILE_TEXT: readonly string[] = [
  '%00',
  '%ff',
  '%ed%a0%80',
  '%',
  '-1',
  '0',
  'null',
  '99999999999999999999',
  '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d',
  encodeURIComponent("' or 1=1 --"),
  encodeURIComponent('𝕳 \u202e'),
  encodeURIComponent('../../admin'),
  'x'.repeat(3_000),
];

type Json = Record<string, unknown>;

/** The example body with one of its fields, at any depth, replaced by each of `values`. */
export function* hostileBodies(example: unknown, values: readonly unknown[]): Generator<unknown> {
  for (const value of values) yield { tenant_id: 'x', ...(example as Json), hostile: value };
  yield* replacements(example, values);
}

function* replacements(given: unknown, values: readonly unknown[]): Generator<unknown> {
  if (typeof given !== 'object' || given === null) return;
  for (const [name, member] of Object.entries(given as Json)) {
    for (const value of [...values, ...replacements(member, values)]) {
      yield Array.isArray(given) ? Object.assign([...(given as unknown[])], { [name]: value }) : { ...given, [name]: value };
    }
  }
}

/** The path of an operation with one value for all its parameters. */
export const pathOf = ({ path }: ContractOperation, value: string): string => path.replace(/\{\w+\}/g, value);
