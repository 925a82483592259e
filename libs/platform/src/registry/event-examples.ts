import { exampleOf } from '../http/contract/examples.js';
import type { EventDefinition } from './events.js';

/** What may be told of an event: as its declaration says, or made of its schema, always the same. */
export const exampleOfEvent = ({ example, schema }: EventDefinition): object => example ?? (exampleOf(schema, {}) as object);
