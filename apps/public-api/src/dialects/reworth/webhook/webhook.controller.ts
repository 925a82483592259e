import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { CallableUrls, SaveCallback } from '@tallystick/messaging';
import {
  CommissionReport,
  FindInstitution,
  InstitutionNotApproved,
  isRefreshRate,
  RedemptionDispersion,
  REFRESH_RATES,
  SetRefreshRate,
  type RefreshRate,
} from '@tallystick/offers';
import { Ctx, Endpoint, Integer, Text, UnitOfWork, WithMeta, type WriteTx } from '@tallystick/platform';
import { answerOf } from '../reworth.envelope.js';

const STORED = 'callbackUrl stored successfully';
const ANSWER = answerOf({ type: 'null' }, { before: { message: { type: 'string', const: STORED } } });
const EXAMPLE = { callback: 'https://hooks.bank.example/reworth', refreshRate: 1 };

export class ReworthCallbackDto {
  @Text({ max: 2_048, description: 'An https address that anybody can reach.', example: EXAMPLE.callback })
  callback: string;

  @Integer({ optional: true, min: 0, max: 1, description: '0 weekly, 1 daily conciliation.', example: 0 })
  refreshRate?: number;
}

/** What a callback is for: a tenant has one for each. */
const CALLBACKS = {
  redemptions: { purpose: 'reworth.redemptions', eventType: RedemptionDispersion.name },
  commissions: { purpose: 'reworth.commissions', eventType: CommissionReport.name },
} as const;

@ApiTags('Webhook')
@Controller('reworth/v1/webhook')
export class ReworthWebhookController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly callableUrls: CallableUrls,
    private readonly saveCallback: SaveCallback,
    private readonly institution: FindInstitution,
    private readonly setRefreshRate: SetRefreshRate,
  ) {}

  @Post('redemptions')
  @Endpoint({
    operationId: 'reworth_webhook_redemptions_create',
    summary: 'Set the callback url for the dispersion response',
    description:
      'Called with the event `redemption.dispersion`. `refreshRate` says how often windows of conciliation close; left out, it is 0, weekly. ' +
      'A signing secret is shown by `POST /api/v1/webhook-endpoints/{id}/secret`, natively.',
    permission: 'webhooks:write',
    answer: ANSWER,
    errors: [InstitutionNotApproved],
    bodyExample: EXAMPLE,
  })
  redemptions(@Ctx() ctx: TenantContext, @Body() body: ReworthCallbackDto): Promise<WithMeta<null>> {
    return this.store(ctx, body, 'redemptions', REFRESH_RATES.weekly);
  }

  @Post('commissions')
  @Endpoint({
    operationId: 'reworth_webhook_commissions_create',
    summary: 'Set the callback url for the commissions report',
    description: 'Called with the event `commission.report`. `refreshRate` is that of the institution; left out, it stays.',
    permission: 'webhooks:write',
    answer: ANSWER,
    errors: [InstitutionNotApproved],
    bodyExample: EXAMPLE,
  })
  commissions(@Ctx() ctx: TenantContext, @Body() body: ReworthCallbackDto): Promise<WithMeta<null>> {
    return this.store(ctx, body, 'commissions');
  }

  /** `usual` is the rate where none is sent; without it the rate stays. */
  private async store(
    ctx: TenantContext,
    { callback, refreshRate }: ReworthCallbackDto,
    which: keyof typeof CALLBACKS,
    usual?: RefreshRate,
  ): Promise<WithMeta<null>> {
    await this.callableUrls.check(ctx, 'callback', callback);
    const rate = isRefreshRate(refreshRate) ? refreshRate : usual;
    return this.unitOfWork.run(ctx, async (tx: WriteTx<TenantContext>) => {
      await this.institution.requireApproved(tx);
      if (rate !== undefined) await this.setRefreshRate.execute(tx, rate);
      await this.saveCallback.execute(tx, { ...CALLBACKS[which], kind: 'reworth', url: callback });
      return new WithMeta(null, { before: { message: STORED } });
    });
  }
}
