import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { pollFileDrop, PollFileDrop } from '@tallystick/loyalty';
import { LOGGER, type Logger, type UnitOfWork } from '@tallystick/platform';
import type { SteppedJobHandler } from './job-handler.js';

/** A server that cannot be reached is no failure of the job: the drop says what is wrong, and its next poll tries again. */
@Injectable()
export class PollFileDropJob implements SteppedJobHandler<{ drop_id: string }> {
  readonly job = pollFileDrop;

  constructor(
    private readonly operation: PollFileDrop,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async handleInSteps(ctx: RequestContext, _unitOfWork: UnitOfWork, { drop_id }: { drop_id: string }): Promise<void> {
    const outcome = await this.operation.run(ctx as TenantContext, drop_id);
    if (!outcome?.problem) return;
    const facts = { file_drop: drop_id, tenant: ctx.tenantId, problem: outcome.problem.kind };
    if (outcome.problem.kind === 'host_key_changed') this.logger.error(facts, 'an SFTP server shows another host key: its drop is stopped');
    else this.logger.warn(facts, 'an SFTP drop could not be polled, it comes round again');
  }
}
