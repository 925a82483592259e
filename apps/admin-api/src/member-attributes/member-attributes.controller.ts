import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AttributeInUse, FindAttributeDefinitions, SaveAttributeDefinition } from '@tallystick/loyalty';
import {
  Ctx,
  Duplicate,
  Endpoint,
  Idempotency,
  NotFound,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { CreateMemberAttributeDto, MemberAttributeDto, UpdateMemberAttributeDto } from './member-attribute.dto.js';

const CODE = { code: { type: 'string', minLength: 1, maxLength: 64, example: 'segment' } };

@Controller('api/v1/member-attributes')
export class MemberAttributesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly definitions: FindAttributeDefinitions,
    private readonly saveDefinition: SaveAttributeDefinition,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'member_attributes_list',
    summary: 'List what the tenant keeps of its members',
    permission: 'member_attributes:read',
    data: [MemberAttributeDto],
  })
  async list(@Ctx() ctx: TenantContext): Promise<MemberAttributeDto[]> {
    const definitions = await this.unitOfWork.read(ctx, (tx) => this.definitions.list(tx));
    return definitions.map((definition) => MemberAttributeDto.from(definition));
  }

  @Post()
  @Endpoint({
    operationId: 'member_attributes_create',
    summary: 'Define an attribute of members',
    permission: 'member_attributes:write',
    status: 201,
    data: MemberAttributeDto,
    errors: [Duplicate],
    bodyExample: { code: 'segment', name: 'Segment', data_type: 'selection', options: ['gold', 'silver'], personal: false },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateMemberAttributeDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: MemberAttributeDto.from(await this.saveDefinition.create(tx, CreateMemberAttributeDto.toInput(body))),
    }));
  }

  @Get(':code')
  @Endpoint({
    operationId: 'member_attributes_retrieve',
    summary: 'Get the definition of an attribute',
    permission: 'member_attributes:read',
    data: MemberAttributeDto,
    errors: [NotFound],
    params: CODE,
  })
  async get(@Ctx() ctx: TenantContext, @Param('code') code: string): Promise<MemberAttributeDto> {
    return MemberAttributeDto.from(await this.unitOfWork.read(ctx, (tx) => this.definitions.byCode(tx, code)));
  }

  @Patch(':code')
  @Endpoint({
    operationId: 'member_attributes_partial_update',
    summary: 'Change the definition of an attribute',
    description:
      'Once members have values its type stays, and whether it is personal; it does not become unique and loses no option. It may stop ' +
      'being unique or mandatory, or become mandatory for whoever is enrolled from then on.',
    permission: 'member_attributes:write',
    data: MemberAttributeDto,
    errors: [NotFound, Duplicate, AttributeInUse],
    params: CODE,
    bodyExample: { mandatory: true },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('code') code: string,
    @Body() body: UpdateMemberAttributeDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: MemberAttributeDto.from(await this.saveDefinition.update(tx, code, UpdateMemberAttributeDto.toChanges(body))),
    }));
  }

  @Delete(':code')
  @Endpoint({
    operationId: 'member_attributes_destroy',
    summary: 'Remove an attribute that no member has had',
    permission: 'member_attributes:write',
    errors: [NotFound, AttributeInUse],
    params: CODE,
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('code') code: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.saveDefinition.remove(tx, code);
      return { status: 200, data: null };
    });
  }
}
