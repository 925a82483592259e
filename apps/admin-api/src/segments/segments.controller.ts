import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindSegments, SaveSegment, SegmentInUse, type SegmentMember, type SegmentPreview } from '@tallystick/loyalty';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  PageQuery,
  Search,
  UnitOfWork,
  Writes,
  pageOf,
  pageSizeOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateSegmentDto, PreviewSegmentDto, SegmentDto, SegmentMemberDto, SegmentPreviewDto, UpdateSegmentDto } from './segment.dto.js';

class SegmentsQuery extends PageQuery {
  @Search({ description: 'A part of the name or code.' })
  search?: string;
}

const DEFINITION = {
  all: [
    { field: 'status', op: 'eq', value: 'active' },
    {
      any: [
        { field: 'spend', days: 90, op: 'gte', value: '500' },
        { field: 'tier', op: 'in', value: ['gold'] },
      ],
    },
    { not: { field: 'days_since_last_purchase', op: 'gt', value: 60 } },
  ],
};

@Controller('api/v1/segments')
export class SegmentsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly segments: FindSegments,
    private readonly saveSegment: SaveSegment,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'segments_list',
    summary: 'List segments',
    permission: 'segments:read',
    data: [SegmentDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: SegmentsQuery): Promise<WithMeta<SegmentDto[]>> {
    const { segments, total } = await this.unitOfWork.read(ctx, (tx) =>
      this.segments.list(tx, { search: query.search, ...pageWindow(query) }),
    );
    return pageOf(
      segments.map((segment) => SegmentDto.from(segment)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'segments_create',
    summary: 'Define a segment',
    description: 'The worker computes it at once and then every few minutes.',
    permission: 'segments:write',
    status: 201,
    data: SegmentDto,
    errors: [Duplicate, InvalidState],
    bodyExample: { code: 'big-spenders', name: 'Big spenders', definition: DEFINITION },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateSegmentDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: SegmentDto.from(await this.saveSegment.create(tx, CreateSegmentDto.toInput(body))),
    }));
  }

  @Post('preview')
  @Endpoint({
    operationId: 'segments_preview_create',
    summary: 'See who a definition would have in it, without saving it',
    permission: 'segments:read',
    data: SegmentPreviewDto,
    bodyExample: { definition: DEFINITION },
  })
  preview(@Ctx() ctx: TenantContext, @Body() { definition }: PreviewSegmentDto): Promise<SegmentPreview> {
    return this.unitOfWork.read(ctx, (tx) => this.segments.preview(tx, definition));
  }

  @Get(':id')
  @Endpoint({
    operationId: 'segments_retrieve',
    summary: 'Get a segment',
    permission: 'segments:read',
    data: SegmentDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<SegmentDto> {
    return SegmentDto.from(await this.unitOfWork.read(ctx, (tx) => this.segments.byId(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'segments_partial_update',
    summary: 'Change a segment',
    permission: 'segments:write',
    data: SegmentDto,
    errors: [NotFound],
    bodyExample: { name: 'Very big spenders' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateSegmentDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: SegmentDto.from(await this.saveSegment.update(tx, id, body)),
    }));
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'segments_destroy',
    summary: 'Remove a segment that no rule asks for',
    permission: 'segments:write',
    errors: [NotFound, SegmentInUse],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.saveSegment.remove(tx, id);
      return { status: 200, data: null };
    });
  }

  @Get(':id/members')
  @Endpoint({
    operationId: 'segments_members_list',
    summary: 'List the members of a segment',
    permission: 'segments:read',
    data: [SegmentMemberDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async members(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Query() query: CursorQuery,
  ): Promise<WithMeta<SegmentMember[]>> {
    const list = `members of segment ${id}`;
    const after = this.cursors.read<{ id: string }>(ctx, list, query)?.id;
    const rows = await this.unitOfWork.read(ctx, (tx) => this.segments.members(tx, id, { after, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(
      ctx,
      list,
      query,
      rows,
      (row) => ({ id: row.member_id }),
      (row) => row,
    );
  }
}
