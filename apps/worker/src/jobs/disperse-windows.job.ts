import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { DisperseWindow, disperseWindows } from '@tallystick/offers';
import type { UnitOfWork } from '@tallystick/platform';
import type { SteppedJobHandler } from './job-handler.js';

@Injectable()
export class DisperseWindowsJob implements SteppedJobHandler {
  readonly job = disperseWindows;

  constructor(private readonly disperse: DisperseWindow) {}

  /** What is booked is told by the window itself: begun again, it goes on where it was. */
  async handleInSteps(ctx: RequestContext, unitOfWork: UnitOfWork): Promise<void> {
    const tenant = ctx as TenantContext;
    for (const id of await unitOfWork.read(tenant, (tx) => this.disperse.underWay(tx)))
      while ((await unitOfWork.run(tenant, (tx) => this.disperse.step(tx, id))).state === 'dispersing');
  }
}
