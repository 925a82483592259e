import { Body, Inject, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindPosting, FindWallets } from '@tallystick/loyalty';
import { Ctx, Endpoint, Idempotency, UnitOfWork, Writes, type SealedAnswer, type WriteRequest } from '@tallystick/platform';
import { BoundTo } from '../loyalife.caller.js';
import { refusals, refuse } from '../loyalife.errors.js';
import { FindRelation } from '../members/find-relation.query.js';
import { LoyalifeMemberKeysDto } from '../members/member-keys.dto.js';
import { keyedRequest } from '../points/keyed-request.js';
import { PostFact, thresholdCodes } from '../points/post-fact.operation.js';
import { isBelowThreshold, readRedemption, transactionIdOf } from './redeem.policy.js';
import { LoyalifeRedeemPointsDto, LoyalifeReversalPointsDto } from './redemption.dto.js';

/** The calls of the `PG` group, the same below both prefixes. */
export abstract class RedemptionEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Writes) protected readonly writes: Writes;
  @Inject(FindRelation) protected readonly relations: FindRelation;
  @Inject(PostFact) protected readonly postFact: PostFact;
  @Inject(FindWallets) private readonly wallets: FindWallets;
  @Inject(FindPosting) private readonly postings: FindPosting;

  @Post('CheckAvailability')
  @Endpoint({
    operationId: 'loyalife_check_availability_create',
    summary: 'How many points a member can redeem now',
    permission: 'points:read',
    answer: { schema: { type: 'number', example: 1250, description: 'A whole number, or with the decimals of the program.' } },
    errors: refusals('103'),
    bodyExample: { RelationReference: 'C08409803', TransactionCurrency: 'DEFAULT', RelationType: 4, ProgramId: 1 },
  })
  checkAvailability(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Body() body: LoyalifeMemberKeysDto,
  ): Promise<number> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const program = await this.relations.program(tx, body.ProgramId);
      const member = await this.relations.member(tx, body, boundTo);
      return (await this.wallets.balance(tx, member.id, program.id, undefined)).available;
    });
  }

  @Post('RedeemPoints')
  @Endpoint({
    operationId: 'loyalife_redeem_points_create',
    summary: 'Redeem points; the answer is the GUID that a reversal names',
    description:
      'All of the points or none. Give `Idempotency-Key`, or `_xoxo_api_client_idempotency` in the body, so that a retry takes them once: ' +
      'two calls without a key are two redemptions.',
    permission: 'points:write',
    answer: {
      schema: { type: 'string', pattern: '^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$', example: '0197A5C2-7B1E-7C3A-9D52-4F0E8A6B1C2D' },
    },
    errors: refusals('103', '107', '113', '114', '120', '121', '122', '123', '208', 'E201'),
    bodyExample: { memberId: 'm_8124', points: 1000, amount: 12.5 },
  })
  redeemPoints(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Body() body: LoyalifeRedeemPointsDto,
  ): Promise<SealedAnswer> {
    const { points, merchantName, metadata } = readRedemption(body);
    return this.writes.run(ctx, keyedRequest(request, 'RedeemPoints', body._xoxo_api_client_idempotency), async (tx) => {
      const program = await this.relations.program(tx, body.ProgramId);
      const member = await this.relations.member(tx, body, boundTo);
      const fact = {
        kind: 'redeem',
        member: { id: member.id },
        programId: program.id,
        points,
        merchantName,
        metadata,
        source: { channel: 'loyalife', requestId: request.requestId },
      } as const;
      const redeemed = await this.postFact.execute(tx, fact, thresholdCodes(isBelowThreshold(points, program)));
      return { status: 200, data: 'shown' in redeemed ? redeemed.shown.id.toUpperCase() : null };
    });
  }

  @Post('ReversalPoints')
  @Endpoint({
    operationId: 'loyalife_reversal_points_create',
    summary: 'Give the points of a redemption back, once',
    description:
      'The member and the merchant are those of the redemption. A second call for the same GUID is answered with 211 and moves nothing; under ' +
      'the same `Idempotency-Key` it is answered with the first success.',
    permission: 'points:write',
    answer: { schema: { type: 'boolean', const: true } },
    errors: refusals('103', '210', '211', '212', 'E201'),
    bodyExample: {
      RelationReference: 'C08409803',
      MerchantName: 'GIFT CARDS',
      ExternalReference: '0197A5C2-7B1E-7C3A-9D52-4F0E8A6B1C2D',
      ProgramId: 1,
    },
  })
  reversalPoints(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Body() body: LoyalifeReversalPointsDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, keyedRequest(request, 'ReversalPoints'), async (tx) => {
      const program = await this.relations.program(tx, body.ProgramId);
      const member = await this.relations.member(tx, body, boundTo);
      const redemption = await this.postings.byId(tx, transactionIdOf(body.ExternalReference));
      if (redemption?.kind !== 'redeem' || (body.ProgramId !== undefined && redemption.programId !== program.id)) throw refuse('210');
      const merchant = body.MerchantName?.trim() || null;
      if (redemption.memberId !== member.id || redemption.merchantName !== merchant) throw refuse('212');
      const source = { channel: 'loyalife', requestId: request.requestId };
      await this.postFact.execute(tx, { kind: 'reverse', transactionId: redemption.id, source }, { limit_exceeded: '211' });
      return { status: 200, data: true };
    });
  }
}
