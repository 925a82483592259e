/** When something is done by the clock. */
export interface ScheduleDefinition {
  readonly name: string;
  readonly summary: string;
  /** Every so many milliseconds; either this or `cron`. */
  readonly every?: number;
  /** A cron expression, in the time zone beside it. */
  readonly cron?: string;
  /** IANA zone; UTC when left out. */
  readonly timezone?: string;
}

const schedules = new Map<string, ScheduleDefinition>();

/**
 * Declares a schedule once. Each time it comes round it is done by one worker, whatever their number. What came round while none was running
 * is done once, at the next start.
 */
export function defineSchedule(definition: ScheduleDefinition): ScheduleDefinition {
  if (schedules.has(definition.name)) throw new Error(`schedule ${definition.name} is declared twice`);
  if ((definition.every === undefined) === (definition.cron === undefined))
    throw new Error(`schedule ${definition.name} needs either every or cron`);
  schedules.set(definition.name, definition);
  return definition;
}

/** Every declared schedule. */
export const scheduleCatalogue = (): ScheduleDefinition[] => [...schedules.values()].sort((a, b) => a.name.localeCompare(b.name));

/**
 * What is done when a schedule comes round. It may be cut off and begun again, and in rare cases two workers are at it at the same time: it
 * must find its own work done. `signal` asks it to come to an end soon.
 */
export interface ScheduledWork {
  readonly schedule: ScheduleDefinition;
  run(signal: AbortSignal): Promise<unknown>;
}
