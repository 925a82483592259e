import { eventCatalogue, ValidationFailed } from '@tallystick/platform';

/** Stands for every event, those of later releases too. */
export const ALL_EVENTS = '*';

/** Refuses a selection that names an event nobody declares, or names events beside `*`. Throws `validation_error`. */
export function checkEventTypes(eventTypes: readonly string[]): void {
  const known = eventCatalogue().map(({ name }) => name);
  const messages = eventTypes
    .filter((name) => name !== ALL_EVENTS && !known.includes(name))
    .map((name) => `Unknown event type ${JSON.stringify(name.slice(0, 100))}. Known are ${ALL_EVENTS}, ${known.join(', ')}.`);
  if (eventTypes.includes(ALL_EVENTS) && eventTypes.length > 1) messages.push(`Give ${ALL_EVENTS} alone: it means every event.`);
  if (messages.length > 0) throw ValidationFailed.with({ errors: { event_types: messages } });
}
