import { compileSchema } from '@tallystick/platform';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { Condition } from './condition.js';
import { DEEPEST, LEAF_SCHEMAS, MOST_LEAVES } from './condition-schema.js';

const LEAVES: ReadonlyMap<string, ValidateFunction> = new Map(
  Object.entries(LEAF_SCHEMAS).map(([field, schema]) => [field, compileSchema(schema, { allErrors: true })]),
);

/** What is wrong with what was sent as a condition, by path; empty for a condition. */
export function problemsOf(given: unknown, path = 'definition'): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  let leaves = 0;
  const note = (where: string, message: string): void => void (problems[where] = [...(problems[where] ?? []), message]);
  const walk = (node: unknown, where: string, depth: number): void => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return note(where, 'Must be a condition: an object.');
    if (depth > DEEPEST) return note(where, `Conditions are at most ${DEEPEST} deep.`);
    const kinds = ['all', 'any', 'not', 'field'].filter((kind) => Object.hasOwn(node, kind));
    if (kinds.length !== 1) return note(where, 'Must have exactly one of all, any, not and field.');
    const [kind] = kinds as ['all' | 'any' | 'not' | 'field'];
    if (kind === 'field') return ask(node as { field: unknown }, where);
    const stranger = Object.keys(node).find((name) => name !== kind);
    if (stranger !== undefined) return note(`${where}.${stranger.slice(0, 64)}`, `Has no place beside ${kind}.`);
    const inner = (node as Record<string, unknown>)[kind];
    if (kind === 'not') return walk(inner, `${where}.not`, depth + 1);
    if (!Array.isArray(inner) || inner.length === 0 || inner.length > MOST_LEAVES)
      return note(`${where}.${kind}`, `Must be a list of 1 to ${MOST_LEAVES} conditions.`);
    inner.forEach((part, index) => walk(part, `${where}.${kind}.${index}`, depth + 1));
  };
  const ask = (leaf: { field: unknown }, where: string): void => {
    leaves++;
    const validate = typeof leaf.field === 'string' ? LEAVES.get(leaf.field) : undefined;
    if (!validate) return note(`${where}.field`, `Must be one of ${[...LEAVES.keys()].join(', ')}.`);
    if (!validate(leaf)) for (const error of validate.errors ?? []) explain(error, where, note);
  };
  walk(given, path, 1);
  if (leaves > MOST_LEAVES) note(path, `Must have at most ${MOST_LEAVES} questions.`);
  return problems;
}

/** Whether what was sent is a condition. */
export const isCondition = (given: unknown): given is Condition => Object.keys(problemsOf(given)).length === 0;

function explain(
  { keyword, instancePath, params, message }: ErrorObject,
  where: string,
  note: (where: string, message: string) => void,
): void {
  // They say no more than what they are made of.
  if (keyword === 'if' || keyword === 'anyOf') return;
  const place = `${where}${instancePath.replaceAll('/', '.')}`;
  const { missingProperty, additionalProperty, allowedValues } = params as {
    missingProperty?: string;
    additionalProperty?: string;
    allowedValues?: readonly string[];
  };
  if (missingProperty !== undefined) note(`${place}.${missingProperty}`, 'This field is required.');
  else if (additionalProperty !== undefined) note(`${place}.${additionalProperty.slice(0, 64)}`, 'There is no such field here.');
  else if (allowedValues) note(place, `Must be one of ${allowedValues.join(', ')}.`);
  else note(place, `This ${message ?? 'is not a value of this field'}.`);
}
