import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { SandboxClockAdvanced } from './days.acts.js';
import { FindSandboxClock } from './find-sandbox-clock.query.js';
import type { SandboxClock } from './sandbox-clock.js';

/** How far: to a moment, or by local days and hours. */
export type ClockAdvance = { readonly to: Date } | { readonly days: number; readonly hours: number };

/** The farthest that a clock is set forward at once, in days. */
export const FARTHEST_DAYS = 3_660;

/**
 * Says where the clock of a sandbox is to go; `MoveSandboxClock` takes it there. Forward only: what has been posted stays in the past.
 * Throws `not_a_sandbox`, `validation_error` for a moment that is not ahead or too far, `invalid_state` while it is on its way elsewhere.
 */
@Injectable()
export class AdvanceSandboxClock {
  constructor(private readonly clock: FindSandboxClock) {}

  async execute(tx: WriteTx<TenantContext>, advance: ClockAdvance): Promise<SandboxClock> {
    await tx.query('select from tenant where id = $1 for no key update', [tx.ctx.tenantId]);
    const known = await this.clock.find(tx);
    if (known.target) throw InvalidState.with({ errors: { target: [`The clock is on its way to ${known.target.toISOString()}.`] } });
    const from = DateTime.fromJSDate(known.now, { zone: known.zone });
    const target = 'to' in advance ? advance.to : from.plus({ days: advance.days }).plus({ hours: advance.hours }).toJSDate();
    const field = 'to' in advance ? 'to' : 'days';
    if (target <= known.now) throw ValidationFailed.with({ errors: { [field]: ['A clock goes forward only.'] } });
    if (target > from.plus({ days: FARTHEST_DAYS }).toJSDate())
      throw ValidationFailed.with({ errors: { [field]: [`At most ${FARTHEST_DAYS} days at once.`] } });
    await tx.query('insert into sandbox_clock (tenant_id, target) values ($1, $2)', [tx.ctx.tenantId, target]);
    tx.audit(SandboxClockAdvanced, {
      target: { type: 'tenant', id: tx.ctx.tenantId },
      before: { now: known.now.toISOString() },
      after: { now: target.toISOString() },
    });
    return { ...known, target };
  }
}
