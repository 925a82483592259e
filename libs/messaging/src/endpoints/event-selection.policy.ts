import { eventCatalogue, ValidationFailed } from '@tallystick/platform';

/** Stands for every event, those of later releases too. */
export const ALL_EVENTS = '*';

/** Stands for every event whose name begins like it: `points.*`. */
const familyOf = (name: string): string => `${name.split('.')[0]!}.*`;

/**
 * Refuses a selection that names an event, or a family of events, that nobody declares, or names events beside `*`.
 * Throws `validation_error`.
 */
export function checkEventTypes(eventTypes: readonly string[]): void {
  const names = eventCatalogue().map(({ name }) => name);
  const known = [ALL_EVENTS, ...new Set(names.map(familyOf)), ...names];
  const messages = eventTypes
    .filter((name) => !known.includes(name))
    .map((name) => `Unknown event type ${JSON.stringify(name.slice(0, 100))}. Known are ${known.join(', ')}.`);
  if (eventTypes.includes(ALL_EVENTS) && eventTypes.length > 1) messages.push(`Give ${ALL_EVENTS} alone: it means every event.`);
  if (messages.length > 0) throw ValidationFailed.with({ errors: { event_types: messages } });
}

/** For a query: the words of a selection that an event of the name in the column `name` answers to. */
export const selectedAs = (name: string): string => `array['*', ${name}, split_part(${name}, '.', 1) || '.*']`;
