/** A JSON Schema (2020-12) of a payload. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A declared event: what happened, and the schema of what is told about it. `Data` is the payload's type. */
export interface EventDefinition<Data extends object = object> {
  readonly name: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  /** What may be told; made of the schema when left out. */
  readonly example?: Data;
  /** Never set; carries the payload's type. */
  readonly __data?: Data;
}

const events = new Map<string, EventDefinition>();

/** Declares an event once, in its lib's `<lib>.events.ts`. */
export function defineEvent<Data extends object>(definition: EventDefinition<Data>): EventDefinition<Data> {
  if (events.has(definition.name)) throw new Error(`event ${definition.name} is declared twice`);
  events.set(definition.name, definition as unknown as EventDefinition);
  return definition;
}

/** Every declared event, by name: the source of `contracts/events`. */
export const eventCatalogue = (): EventDefinition[] => [...events.values()].sort((a, b) => a.name.localeCompare(b.name));
