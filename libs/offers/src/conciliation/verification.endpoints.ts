import { Get, Inject } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Endpoint, UnitOfWork } from '@tallystick/platform';
import { VerifyWindows, type WindowVerification } from './verify-windows.query.js';
import { WindowVerificationDto } from './window-verification.dto.js';

/** Whether the windows are as they were closed, the same on both APIs; each app's controller of that name extends it. */
export abstract class VerificationEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(VerifyWindows) private readonly verify: VerifyWindows;

  @Get()
  @Endpoint({
    operationId: 'conciliation_verification_retrieve',
    summary: 'Check that no closed window was changed',
    description: 'Recomputes the chain from the first window, all lines, payouts and sums with it, and holds each line against what moved.',
    permission: 'conciliation:read',
    limit: 'export',
    data: WindowVerificationDto,
  })
  get(@Ctx() ctx: TenantContext): Promise<WindowVerification> {
    return this.unitOfWork.read(ctx, (tx) => this.verify.find(tx));
  }
}
