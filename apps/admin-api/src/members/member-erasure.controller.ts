import { Controller, Delete, Param, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ErasureBlocked, MemberErasures } from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  Endpoint,
  Flag,
  IdPipe,
  Idempotency,
  InvalidState,
  Moment,
  NotFound,
  QueryFlag,
  Uuid,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';

class EraseMemberQuery {
  @QueryFlag({ description: 'The person has confirmed that they give up what is left of their points.' })
  forfeit_points?: boolean;
}

/** The erasure of a member: in thirty days, unless it is taken back or confirmed before. */
class MemberErasureDto {
  @Uuid()
  id: string;

  @Uuid()
  member_id: string;

  @Choice(['scheduled', 'cancelled', 'erased'], { example: 'scheduled' })
  status: string;

  @Flag({ example: true })
  forfeit_points: boolean;

  @Moment()
  requested_at: string;

  @Moment({ description: 'When it is carried out.' })
  erase_at: string;

  @Moment({ nullable: true, description: 'When it was taken back or carried out.' })
  settled_at: string | null;
}

@Controller('api/v1/members/:id')
export class MemberErasureController {
  constructor(
    private readonly writes: Writes,
    private readonly erasures: MemberErasures,
  ) {}

  @Delete()
  @Endpoint({
    operationId: 'members_destroy',
    summary: 'Erase a member, in thirty days',
    description:
      'Until then it can be taken back, or confirmed and carried out at once. What is personal is destroyed with the key that opened it; the ' +
      'ledger keeps a random id. Refused while points are held, pending or owed, money is left, or points are left that are not given up.',
    permission: 'members:erase',
    status: 202,
    data: MemberErasureDto,
    errors: [NotFound, InvalidState, ErasureBlocked],
  })
  schedule(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) memberId: string,
    @Query() { forfeit_points: forfeitPoints = false }: EraseMemberQuery,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 202,
      data: await this.erasures.schedule(tx, { memberId, forfeitPoints }),
    }));
  }

  @Post('erasure/cancel')
  @Endpoint({
    operationId: 'members_erasure_cancel_create',
    summary: 'Take the erasure of a member back',
    permission: 'members:erase',
    data: MemberErasureDto,
    errors: [NotFound],
  })
  cancel(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) memberId: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({ status: 200, data: await this.erasures.cancel(tx, memberId) }));
  }

  @Post('erasure/confirm')
  @Endpoint({
    operationId: 'members_erasure_confirm_create',
    summary: 'Carry the scheduled erasure of a member out now',
    description: 'The person has confirmed it. It cannot be undone.',
    permission: 'members:erase',
    data: MemberErasureDto,
    errors: [NotFound, InvalidState, ErasureBlocked],
  })
  confirm(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) memberId: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({ status: 200, data: await this.erasures.confirm(tx, memberId) }));
  }
}
