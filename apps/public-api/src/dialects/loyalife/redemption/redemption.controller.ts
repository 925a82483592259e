import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Endpoint, Idempotency, type SealedAnswer, type WriteRequest } from '@tallystick/platform';
import { BoundTo } from '../loyalife.caller.js';
import { refusals, refuse } from '../loyalife.errors.js';
import { keyedRequest } from '../points/keyed-request.js';
import { transactionIdOf } from './redeem.policy.js';
import { LoyalifeReleaseHeldPointsDto } from './redemption.dto.js';
import { RedemptionEndpoints } from './redemption.endpoints.js';

@ApiTags('Redemption')
@Controller('v1')
export class LoyalifeRedemptionController extends RedemptionEndpoints {
  @Post('ReleaseHeldPoints')
  @Endpoint({
    operationId: 'loyalife_release_held_points_create',
    summary: 'Release points that are held, so that they can be redeemed',
    permission: 'points:write',
    answer: { schema: { type: 'boolean', const: true } },
    errors: refusals('103', '210', '212', 'E201'),
    bodyExample: { RelationReference: 'C08409803', ExternalReference: '0197A5C2-7B1E-7C3A-9D52-4F0E8A6B1C2D' },
  })
  releaseHeldPoints(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Body() body: LoyalifeReleaseHeldPointsDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, keyedRequest(request, 'ReleaseHeldPoints'), async (tx) => {
      const member = await this.relations.member(tx, body, boundTo);
      const source = { channel: 'loyalife', requestId: request.requestId };
      const fact = { kind: 'release', holdId: transactionIdOf(body.ExternalReference), reason: body.Narration, source } as const;
      const released = await this.postFact.execute(tx, fact, { not_found: '210' });
      if (!('shown' in released) || released.shown.member_id !== member.id) throw refuse('212');
      return { status: 200, data: true };
    });
  }
}

@ApiTags('Redemption')
@Controller('lbms-ingress/pg-lm/API/PG')
export class LoyalifeVendorRedemptionController extends RedemptionEndpoints {}
