import { compileSchema, eventCatalogue, exampleOfEvent } from '@tallystick/platform';
import { APP_MODULES } from '../../scripts/contracts/app-contract.js';

/** Fields that would tell a receiver something personal. */
const PERSONAL = /phone|mobile|e_?mail|pan$|aadhaar|birth|full_?name|first_?name|last_?name|address$|card_?number|account_?number/i;
/** The most that what is told of one event usually takes, in bytes. */
const USUAL = 20_000;

describe('every event', () => {
  const events = Object.keys(APP_MODULES).length > 0 ? eventCatalogue() : []; // the apps bring all of them along

  it('is declared', () => {
    expect(events.length).toBeGreaterThan(20);
    for (const { name } of events) expect(name).toMatch(/^[a-z_]+(\.[a-z_]+)+$/);
  });

  it.each(events.map((event) => [event.name, event] as const))('%s has an example that fits its schema', (_, event) => {
    const example = exampleOfEvent(event);
    const validate = compileSchema(event.schema, { allErrors: true });
    validate(example);
    expect(validate.errors ?? []).toEqual([]);
    expect(JSON.stringify(example).length).toBeLessThan(USUAL);
  });

  it('tells nothing personal in clear (WHK-10)', () => {
    const found = events.flatMap(({ name, schema }) => namesIn(schema).filter((field) => PERSONAL.test(field)).map((field) => `${name}: ${field}`)); // prettier-ignore
    expect(found).toEqual([]);
  });
});

const namesIn = (schema: unknown): string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(namesIn)];
};
