/** A declared act: something that concerns security and is recorded in the audit trail each time it is done or refused. */
export interface ActDefinition {
  /** `<what>.<done>`, as `api_client.revoked`. */
  readonly name: string;
  /** One plain sentence for whoever reads the trail. */
  readonly description: string;
}

const acts = new Map<string, ActDefinition>();

/** Declares an act once, in its lib's `<lib>.acts.ts`. */
export function defineAct(definition: ActDefinition): ActDefinition {
  if (acts.has(definition.name)) throw new Error(`act ${definition.name} is declared twice`);
  if (!/^[a-z][a-z_]*\.[a-z][a-z_]*$/.test(definition.name)) throw new Error(`act ${definition.name} is not named <what>.<done>`);
  acts.set(definition.name, Object.freeze({ ...definition }));
  return definition;
}

/** Every declared act, by name: the source of `contracts/acts.json`. */
export const actCatalogue = (): ActDefinition[] => [...acts.values()].sort((a, b) => a.name.localeCompare(b.name));
