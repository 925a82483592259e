import { Inject, Injectable } from '@nestjs/common';
import { EraseAccount, FindAccountDeletions } from '@tallystick/identity';
import { LOGGER, UnitOfWork, type Logger } from '@tallystick/platform';
import { platformContext } from '../tenants/work-contexts.js';
import { defineSchedule, type ScheduledWork } from './schedule.js';

/** Accounts read at a time. */
const BATCH = 100;

const schedule = defineSchedule({
  name: 'erase-accounts',
  every: 3_600_000,
  summary: 'Erases the accounts whose owners asked for it 30 days ago',
});

@Injectable()
export class EraseDueAccounts implements ScheduledWork {
  readonly schedule = schedule;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findDeletions: FindAccountDeletions,
    private readonly eraseAccount: EraseAccount,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What is refused or fails is logged, comes round again and keeps nobody else waiting. */
  async run(signal: AbortSignal): Promise<void> {
    const ctx = platformContext(schedule.name);
    let last: string | undefined;
    do {
      const due = await this.unitOfWork.read(ctx, (tx) => this.findDeletions.due(tx, BATCH, last));
      for (const deletion of due) {
        if (signal.aborted) return;
        await this.eraseAccount
          .execute(ctx, deletion)
          .catch((err: unknown) => this.logger.error({ err, deletion: deletion.id }, 'an account could not be erased'));
      }
      last = due.at(-1)?.id;
    } while (last !== undefined);
  }
}
