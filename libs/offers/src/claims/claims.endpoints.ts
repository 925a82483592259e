import { Body, Get, Inject, Param, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Choice,
  Ctx,
  CursorQuery,
  Cursors,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  UnitOfWork,
  Uuid,
  ValidationFailed,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CashbackTurns } from '../cashback/cashback-turns.js';
import { CLAIM_REASONS, CLAIM_STATUSES, type ClaimReason, type ClaimStatus, type ShownClaim } from './claim.js';
import { ClaimDto, RaiseClaimDto } from './claim.dto.js';
import { ClaimAlreadyRewarded } from './claims.errors.js';
import { FindClaims } from './find-claims.query.js';
import { RaiseClaim, type ClaimInput } from './raise-claim.operation.js';
import { WithdrawClaim } from './withdraw-claim.operation.js';

class ClaimsQuery extends CursorQuery {
  @Choice(CLAIM_STATUSES, { optional: true, example: 'open' })
  status?: ClaimStatus;

  @Choice(CLAIM_REASONS, { optional: true, example: 'not_rewarded' })
  reason_code?: ClaimReason;

  @Uuid({ optional: true })
  member_id?: string;

  @Uuid({ optional: true })
  transaction_id?: string;
}

const LIST = 'claims';

/** Claims of missing cashback, the same on both APIs; each app's controller of that name extends it. A member has their own. */
export abstract class ClaimsEndpoints {
  @Inject(UnitOfWork) protected readonly unitOfWork: UnitOfWork;
  @Inject(Writes) protected readonly writes: Writes;
  @Inject(FindClaims) private readonly claims: FindClaims;
  @Inject(CashbackTurns) private readonly turns: CashbackTurns;
  @Inject(RaiseClaim) private readonly raiseClaim: RaiseClaim;
  @Inject(WithdrawClaim) private readonly withdrawClaim: WithdrawClaim;
  @Inject(Cursors) private readonly cursors: Cursors;

  @Get()
  @Endpoint({
    operationId: 'claims_list',
    summary: 'List claims of missing cashback, the newest first',
    permission: 'claims:read',
    forMembers: true,
    data: [ClaimDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: ClaimsQuery): Promise<WithMeta<ShownClaim[]>> {
    const filter = {
      status: query.status,
      reasonCode: query.reason_code,
      memberId: query.member_id,
      transactionId: query.transaction_id,
      after: this.cursors.read<{ id: string }>(ctx, LIST, query)?.id,
      limit: pageSizeOf(query) + 1,
    };
    const rows = await this.unitOfWork.read(ctx, (tx) => this.claims.list(tx, filter));
    return this.cursors.page(
      ctx,
      LIST,
      query,
      rows,
      ({ id }) => ({ id }),
      (claim) => claim,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'claims_create',
    summary: 'Claim missing cashback for a purchase',
    description:
      'Names the card transaction, or describes the purchase, which is then looked for. `rematch` says at once what it came to; the staff of the tenant ' +
      'decides. A purchase is claimed once at a time.',
    permission: 'claims:write',
    forMembers: true,
    status: 201,
    data: ClaimDto,
    errors: [NotFound, Duplicate, ClaimAlreadyRewarded],
    bodyExample: {
      member_reference: 'C08409803',
      reason_code: 'merchant_not_recognized',
      purchase: { amount: '250.50', currency: 'MXN', occurred_at: '2026-11-20T18:04:00Z' },
    },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: RaiseClaimDto): Promise<SealedAnswer> {
    const input = claimInput(ctx, body);
    return this.turns.claim(ctx, () =>
      this.writes.run(ctx, request, async (tx) => ({ status: 201, data: await this.raiseClaim.execute(tx, input) })),
    );
  }

  @Get(':id')
  @Endpoint({
    operationId: 'claims_retrieve',
    summary: 'Get a claim',
    permission: 'claims:read',
    forMembers: true,
    data: ClaimDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<ShownClaim> {
    return this.unitOfWork.read(ctx, (tx) => this.claims.one(tx, id));
  }

  @Post(':id/withdraw')
  @Endpoint({
    operationId: 'claims_withdraw_create',
    summary: 'Take an open claim back',
    permission: 'claims:write',
    forMembers: true,
    data: ClaimDto,
    errors: [NotFound, InvalidState],
  })
  withdraw(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({ status: 200, data: await this.withdrawClaim.execute(tx, id) }));
  }
}

/** Throws `validation_error` unless one member and one purchase are named. */
function claimInput({ actor }: TenantContext, body: RaiseClaimDto): ClaimInput {
  const errors: Record<string, string[]> = {};
  if ((body.transaction_id === undefined) === (body.purchase === undefined))
    errors['transaction_id'] = ['Give either the card transaction or the purchase.'];
  const names = [body.member_id, body.member_reference].filter((name) => name !== undefined).length;
  if (actor.type === 'member') {
    if (body.member_reference !== undefined) errors['member_reference'] = ['A member claims for themselves.'];
  } else if (names !== 1) errors['member_id'] = ['Give either member_id or member_reference.'];
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
  const { purchase } = body;
  return {
    ...(names > 0 && { member: body.member_id === undefined ? { reference: body.member_reference } : { id: body.member_id } }),
    reasonCode: body.reason_code,
    transactionId: body.transaction_id,
    merchantId: body.merchant_id,
    ...(purchase && {
      purchase: {
        reference: purchase.reference,
        amount: purchase.amount,
        currency: purchase.currency,
        occurredAt: new Date(purchase.occurred_at),
      },
    }),
  };
}
