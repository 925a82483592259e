import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ClaimAlreadyRewarded, ClaimDto, ClaimEarnsNothing, ClaimsEndpoints, DecideClaim } from '@tallystick/offers';
import {
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { ClaimEvidenceDto, RejectClaimDto } from './claim.dto.js';

@Controller('api/v1/claims')
export class ClaimsController extends ClaimsEndpoints {
  @Inject(DecideClaim) private readonly decideClaim: DecideClaim;

  @Post(':id/rematch')
  @Endpoint({
    operationId: 'claims_rematch_create',
    summary: 'Look for the purchase of a claim again, and weigh it as it would be now',
    description: 'Where merchants, offers or card transactions have changed meanwhile. Rewards nothing.',
    permission: 'claims:write',
    data: ClaimDto,
    errors: [NotFound, InvalidState, Duplicate],
    bodyExample: { merchant_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01' },
  })
  rematch(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: ClaimEvidenceDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: await this.decideClaim.lookAgainAt(tx, id, ClaimEvidenceDto.toEvidence(body)),
    }));
  }

  @Post(':id/accept')
  @Endpoint({
    operationId: 'claims_accept_create',
    summary: 'Accept a claim: its purchase is rewarded by the offers of its time',
    description:
      'Never by who raised it. A purchase that nobody told of is taken with it, under the id by which the institution knows it, so that it ' +
      'is counted once should it still come.',
    permission: 'claims:decide',
    data: ClaimDto,
    errors: [NotFound, InvalidState, ClaimAlreadyRewarded, ClaimEarnsNothing],
    bodyExample: { merchant_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01', purchase_reference: 'FI-TXN-0001' },
  })
  accept(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: ClaimEvidenceDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: await this.decideClaim.accept(tx, id, ClaimEvidenceDto.toEvidence(body)),
    }));
  }

  @Post(':id/reject')
  @Endpoint({
    operationId: 'claims_reject_create',
    summary: 'Reject a claim',
    description: 'Never by who raised it.',
    permission: 'claims:decide',
    data: ClaimDto,
    errors: [NotFound, InvalidState],
    bodyExample: { resolution_code: 'no_live_offer' },
  })
  reject(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { resolution_code }: RejectClaimDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({ status: 200, data: await this.decideClaim.reject(tx, id, resolution_code) }));
  }
}
