import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindPrograms, PROGRAM_STATUSES, ProgramInUse, SaveProgram, type ProgramStatus } from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  Duplicate,
  Endpoint,
  Flag,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  PageQuery,
  Search,
  UnitOfWork,
  Uuid,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateProgramDto, ProgramDto, ReplaceProgramDto, UpdateProgramDto } from './program.dto.js';

class ProgramsQuery extends PageQuery {
  @Choice(PROGRAM_STATUSES, { optional: true, example: 'active' })
  status?: ProgramStatus;

  @Search({ description: 'A part of the name or code.' })
  search?: string;
}

class RemovedProgramDto {
  @Uuid()
  id: string;

  @Flag({ description: 'False where the program has members and was ended instead.', example: true })
  removed: boolean;
}

@Controller('api/v1/rewards/programs')
export class ProgramsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly programs: FindPrograms,
    private readonly saveProgram: SaveProgram,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'rewards_programs_list',
    summary: 'List tenant reward programs',
    permission: 'programs:read',
    data: [ProgramDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: ProgramsQuery): Promise<WithMeta<ProgramDto[]>> {
    const { programs, total } = await this.unitOfWork.read(ctx, (tx) =>
      this.programs.list(tx, { status: query.status, search: query.search, ...pageWindow(query) }),
    );
    return pageOf(
      programs.map((program) => ProgramDto.from(program)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'rewards_programs_create',
    summary: 'Create program',
    permission: 'programs:write',
    status: 201,
    data: ProgramDto,
    errors: [Duplicate],
    bodyExample: {
      name: 'Everyday points',
      code: 'everyday',
      currency: 'USD',
      points_per_unit: '1',
      status: 'active',
      expiry_policy: { type: 'rolling', months: 24, round_up_to: 'month' },
    },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateProgramDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: ProgramDto.from(await this.saveProgram.create(tx, CreateProgramDto.toInput(body))),
    }));
  }

  @Get(':id')
  @Endpoint({
    operationId: 'rewards_programs_retrieve',
    summary: 'Get program',
    permission: 'programs:read',
    data: ProgramDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<ProgramDto> {
    return ProgramDto.from(await this.unitOfWork.read(ctx, (tx) => this.programs.byId(tx, id)));
  }

  @Put(':id')
  @Endpoint({
    operationId: 'rewards_programs_update',
    summary: 'Update program',
    permission: 'programs:write',
    data: ProgramDto,
    errors: [NotFound, Duplicate, InvalidState, ProgramInUse],
    bodyExample: { name: 'Everyday points', code: 'everyday', currency: 'USD', points_per_unit: '1.5' },
  })
  replace(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: ReplaceProgramDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: ProgramDto.from(await this.saveProgram.update(tx, id, (known) => ReplaceProgramDto.replacing(known, body))),
    }));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'rewards_programs_partial_update',
    summary: 'Partially update program',
    permission: 'programs:write',
    data: ProgramDto,
    errors: [NotFound, Duplicate, InvalidState, ProgramInUse],
    bodyExample: { points_per_unit: '2' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: UpdateProgramDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: ProgramDto.from(await this.saveProgram.update(tx, id, (known) => UpdateProgramDto.over(known, body))),
    }));
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'rewards_programs_delete',
    summary: 'Delete program',
    description: 'A program that has members is ended instead, and its points stay on record.',
    permission: 'programs:write',
    data: RemovedProgramDto,
    errors: [NotFound, InvalidState],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({ status: 200, data: { id, removed: await this.saveProgram.remove(tx, id) } }));
  }
}
