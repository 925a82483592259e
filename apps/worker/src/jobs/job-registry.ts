import type { JobDefinition } from '@tallystick/platform';
import type { AnyJobHandler } from './job-handler.js';

/**
 * The handlers by the names of their jobs.
 * @throws Error naming every declared job that has no handler or more than one, and every handler of an undeclared job
 */
export function handlersByJob(declared: readonly JobDefinition[], handlers: readonly AnyJobHandler[]): ReadonlyMap<string, AnyJobHandler> {
  const of = (name: string): readonly AnyJobHandler[] => handlers.filter(({ job }) => job.name === name);
  const problems = [
    ...declared.filter(({ name }) => of(name).length === 0).map(({ name }) => `the job ${name} has no handler`),
    ...declared.filter(({ name }) => of(name).length > 1).map(({ name }) => `the job ${name} has ${of(name).length} handlers`),
    ...handlers
      .filter(({ job }) => !declared.some(({ name }) => name === job.name))
      .map(({ job }) => `the job ${job.name} is not declared`),
  ];
  if (problems.length > 0) throw new Error(problems.join('; '));
  return new Map(handlers.map((handler) => [handler.job.name, handler]));
}
