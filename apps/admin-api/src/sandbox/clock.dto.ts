import type { ClockAdvance, SandboxClock } from '@tallystick/loyalty';
import { Choice, Integer, Moment, ValidationFailed } from '@tallystick/platform';

const STATUSES = ['set', 'advancing'] as const;

/** How far a clock is set forward: by local days and hours, or to a moment. */
export class AdvanceClockDto {
  @Integer({ min: 0, max: 3_660, optional: true, description: "Days of the tenant's time zone.", example: 31 })
  days?: number;

  @Integer({ min: 0, max: 87_840, optional: true, description: 'Hours, after the days.', example: 0 })
  hours?: number;

  @Moment({ optional: true, description: 'The moment to go to, instead of days and hours.' })
  to?: string;

  static read({ days, hours, to }: AdvanceClockDto): ClockAdvance {
    const by = days !== undefined || hours !== undefined;
    if (by === (to !== undefined)) throw ValidationFailed.with({ errors: { to: ['Give either days and hours, or to.'] } });
    return to === undefined ? { days: days ?? 0, hours: hours ?? 0 } : { to: new Date(to) };
  }
}

/** The clock of a sandbox. */
export class ClockDto {
  @Choice(STATUSES, { description: '`advancing` while the work of the days in between is being done.', example: 'set' })
  status: (typeof STATUSES)[number];

  @Moment({ description: 'What the clock shows.' })
  now: string;

  @Integer({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'How far it is ahead of the real time, in milliseconds.',
    example: 2_678_400_000,
  })
  offset_ms: number;

  @Moment({ nullable: true, description: 'Where it is going; null when it has arrived.' })
  target: string | null;

  static from({ now, offsetMs, target }: SandboxClock): ClockDto {
    return { status: target ? 'advancing' : 'set', now: now.toISOString(), offset_ms: offsetMs, target: target?.toISOString() ?? null };
  }
}
