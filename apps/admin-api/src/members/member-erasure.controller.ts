import { Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ErasureBlocked, ErasureReceipts, ExportMember, MemberErasures, MemberExportDto, MemberExported } from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  Endpoint,
  Flag,
  FreeForm,
  IdPipe,
  Idempotency,
  InvalidState,
  Moment,
  NotFound,
  QueryFlag,
  StreamedData,
  Text,
  UnitOfWork,
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

  @FreeForm({
    nullable: true,
    description: 'How many of what was destroyed, once it is carried out.',
    example: { member_profile: 1, notes_of_transactions: 12 },
  })
  destroyed: Record<string, number> | null;
}

class ErasureWithReceiptDto extends MemberErasureDto {
  @Text({
    nullable: true,
    max: 10_000,
    description:
      'Once it is carried out: a JWT of what was destroyed, and what is kept, why and until when. The keys of `/.well-known/jwks.json` verify it.',
    example: null,
  })
  receipt: string | null;
}

@Controller('api/v1/members/:id')
export class MemberErasureController {
  constructor(
    private readonly writes: Writes,
    private readonly unitOfWork: UnitOfWork,
    private readonly erasures: MemberErasures,
    private readonly receipts: ErasureReceipts,
    private readonly exportMember: ExportMember,
  ) {}

  @Delete()
  @Endpoint({
    operationId: 'members_destroy',
    summary: 'Erase a member, in thirty days',
    description:
      'Until then it can be taken back, or confirmed and carried out at once. What is personal is destroyed with the key that opened it; the ' +
      'ledger keeps a random id. Refused while points are held or owed, money is left, or points are left or on the way that are not given up.',
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

  @Get('erasure')
  @Endpoint({
    operationId: 'members_erasure_retrieve',
    summary: 'The last erasure of a member that was asked for, with its receipt',
    permission: 'members:erase',
    data: ErasureWithReceiptDto,
    errors: [NotFound],
  })
  find(@Ctx() ctx: TenantContext, @Param('id', IdPipe) memberId: string): Promise<ErasureWithReceiptDto> {
    return this.unitOfWork.run(ctx, async (tx) => {
      const erasure = await this.erasures.last(tx, memberId);
      return { ...erasure, receipt: await this.receipts.sign(tx, erasure) };
    });
  }

  @Get('export')
  @Endpoint({
    operationId: 'members_export_retrieve',
    summary: 'Get all that is kept of a member',
    description: 'For the member, who may ask for it at any time: the profile, every posting, and what leads to them.',
    permission: 'members:reveal',
    limit: 'export',
    data: MemberExportDto,
    errors: [NotFound],
  })
  async export(@Ctx() ctx: TenantContext, @Param('id', IdPipe) memberId: string): Promise<StreamedData> {
    const begun = await this.unitOfWork.run(ctx, (tx) => {
      tx.audit(MemberExported, { target: { type: 'member', id: memberId } });
      return this.exportMember.begin(tx, memberId);
    });
    return new StreamedData(this.exportMember.pieces(ctx, begun));
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
