import type { RequestContext } from '@tallystick/kernel';
import type { JsonSchema } from './events.js';

/** A declared job: work that the worker does after the commit that asked for it. `Payload` is what its handler receives. */
export interface JobDefinition<Payload extends object = object> {
  readonly name: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  /** Tries before the job is parked as failed, first try included. */
  readonly attempts: number;
  /** Jobs with the same key that wait at the same time are one; the tenant is always part of the key. */
  readonly dedupe?: (payload: Payload) => string;
}

/** Whose the platform's own jobs are in the outbox, where every row has an owner; no tenant ever has this id. */
export const PLATFORM_JOBS = '00000000-0000-0000-0000-000000000000';

/** Whose the jobs of a context are. */
export const jobOwner = ({ tenantId }: Pick<RequestContext, 'tenantId'>): string => tenantId ?? PLATFORM_JOBS;

const jobs = new Map<string, JobDefinition>();

/** Declares a job once, in its lib's `<lib>.jobs.ts`. */
export function defineJob<Payload extends object>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  if (jobs.has(definition.name)) throw new Error(`job ${definition.name} is declared twice`);
  jobs.set(definition.name, definition as unknown as JobDefinition);
  return definition;
}

/** Every declared job: the worker refuses to start when one has no handler, or two. */
export const jobCatalogue = (): JobDefinition[] => [...jobs.values()].sort((a, b) => a.name.localeCompare(b.name));

/** The declared job of that name, or undefined. */
export const findJob = (name: string): JobDefinition | undefined => jobs.get(name);
