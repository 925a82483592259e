import type { JsonSchema } from '@tallystick/platform';
import { MEMBER_STATUSES } from '../members/member-status.policy.js';
import { BEHAVIORS } from './condition.js';

const COMPARISONS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'];
const MEMBERSHIPS = ['in', 'not_in'];
const EQUALITIES = ['eq', 'ne'];

const text = { type: 'string', minLength: 1, maxLength: 500 };
const code = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' };
const program = { program_id: { type: 'string', format: 'uuid' } };
const decimal = {
  anyOf: [
    { type: 'integer', minimum: 0, maximum: 1e15 },
    { type: 'string', pattern: '^\\d{1,15}(\\.\\d{1,4})?$' },
  ],
};
const several = (items: JsonSchema): JsonSchema => ({ type: 'array', items, minItems: 1, maxItems: 100, uniqueItems: true });

/** An operator decides what kind of value it takes: one of `takes`, by operator. */
const leaf = (
  field: JsonSchema,
  takes: readonly (readonly [ops: readonly string[], value: JsonSchema])[],
  more: object = {},
  required: string[] = [],
): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: ['field', 'op', 'value', ...required],
  properties: { field, op: { enum: takes.flatMap(([ops]) => ops) }, value: {}, ...more },
  allOf: takes.map(([ops, value]) => ({
    if: { properties: { op: { enum: ops } }, required: ['op'] },
    then: { properties: { value } },
  })),
});
const isSet = [['is_set'], { type: 'boolean' }] as const;

/** The schema of a question, by the field it asks about. */
export const LEAF_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  status: leaf({ const: 'status' }, [
    [EQUALITIES, { enum: [...MEMBER_STATUSES] }],
    [MEMBERSHIPS, several({ enum: [...MEMBER_STATUSES] })],
  ]),
  attribute: leaf(
    { const: 'attribute' },
    [
      [EQUALITIES, { anyOf: [text, { type: 'number' }] }],
      [['gt', 'gte', 'lt', 'lte'], { anyOf: [{ type: 'number' }, { type: 'string', format: 'date' }] }],
      [MEMBERSHIPS, several({ anyOf: [text, { type: 'number' }] })],
      isSet,
    ],
    { code: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' } },
    ['code'],
  ),
  enrolled_on: leaf({ const: 'enrolled_on' }, [[COMPARISONS, { type: 'string', format: 'date' }]]),
  tier: leaf({ const: 'tier' }, [[EQUALITIES, code], [MEMBERSHIPS, several(code)], isSet], program),
  balance: leaf({ const: 'balance' }, [[COMPARISONS, decimal]], program),
  days_since_last_purchase: leaf(
    { const: 'days_since_last_purchase' },
    [[COMPARISONS, { type: 'integer', minimum: 0, maximum: 36_500 }], isSet],
    program,
  ),
  ...Object.fromEntries(
    BEHAVIORS.map((field) => [
      field,
      leaf({ const: field }, [[COMPARISONS, decimal]], { ...program, days: { type: 'integer', minimum: 1, maximum: 3_660 } }, ['days']),
    ]),
  ),
};

export const DEEPEST = 5;
export const MOST_LEAVES = 30;

/** The whole of it, for the contract: `Condition` is its name there. */
export const CONDITION_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: true,
  description:
    'One of `{ "all": [...] }`, `{ "any": [...] }`, `{ "not": ... }`, or a question: `field` (' +
    `${Object.keys(LEAF_SCHEMAS).join(', ')}), \`op\` (${[...COMPARISONS, ...MEMBERSHIPS, 'is_set'].join(', ')}) and \`value\`; with \`code\` for an ` +
    `attribute, \`days\` for behavior, and \`program_id\` where another program than the default one is meant. At most ${DEEPEST} deep, ${MOST_LEAVES} questions.`,
};
