import { Inject, Injectable } from '@nestjs/common';
import { VerifyAuditTrail, type AuditVerification } from '@tallystick/compliance';
import { LOGGER, Metrics, UnitOfWork, type Logger } from '@tallystick/platform';
import { Gauge } from 'prom-client';
import { WorkContexts, platformContext } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

const schedule = defineSchedule({
  name: 'verify-audit',
  cron: '40 1 * * *',
  summary: 'Checks every audit trail and writes its last hash into the log',
});

/** Logs are kept elsewhere: whoever rewrites a trail later does not reach what is told of it here (AUD-04). */
@Injectable()
export class VerifyAuditTrails implements ScheduledWork {
  readonly schedule = schedule;
  private readonly altered: Gauge;

  constructor(
    private readonly contexts: WorkContexts,
    private readonly unitOfWork: UnitOfWork,
    private readonly verify: VerifyAuditTrail,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.altered = new Gauge({
      name: 'audit_trails_altered',
      help: 'Audit trails that are not what was recorded; must be 0',
      registers: [metrics.registry],
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const platform = platformContext(schedule.name);
    let altered = this.tell(await this.unitOfWork.read(platform, (tx) => this.verify.find(tx)));
    await this.contexts.each(schedule.name, signal, async (ctx) => {
      altered += this.tell(await this.unitOfWork.read(ctx, (tx) => this.verify.find(tx)));
    });
    if (!signal.aborted) this.altered.set(altered);
  }

  private tell({ tenant_id, records, hash, problem }: AuditVerification): number {
    if (problem) this.logger.error({ tenant: tenant_id, records, problem }, 'an audit trail was altered');
    else this.logger.info({ tenant: tenant_id, records, hash }, 'an audit trail is as recorded');
    return problem ? 1 : 0;
  }
}
