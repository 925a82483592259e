import { Stopped } from './failure.js';

/** Something to do; `alone` must wait until everything before it is done. */
export interface Task {
  readonly alone?: boolean;
  run(): Promise<void>;
}

/**
 * Runs tasks in their order with at most `limit` under way. After the first failure, or once `stop` is aborted, none is begun; those
 * under way are always waited for, then the first failure (or `Stopped`) is thrown. `onFailure` is told of it at once.
 */
export async function runInFlight(
  tasks: AsyncIterable<Task>,
  limit: number,
  stop: AbortSignal,
  onFailure: () => void = () => undefined,
): Promise<void> {
  const flying = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const fail = (error: unknown): void => {
    failures.push(error);
    onFailure();
  };
  try {
    for await (const task of tasks) {
      while (flying.size >= (task.alone ? 1 : limit)) await Promise.race(flying);
      if (failures.length > 0) break;
      if (stop.aborted) throw new Stopped();
      const flight: Promise<void> = task
        .run()
        .catch(fail)
        .finally(() => flying.delete(flight));
      flying.add(flight);
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(flying);
  if (failures.length > 0) throw failures[0];
}
