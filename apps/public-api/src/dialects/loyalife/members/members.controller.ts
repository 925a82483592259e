import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Endpoint, Idempotency, WithMeta, type SealedAnswer, type WriteRequest } from '@tallystick/platform';
import { AddSubRelation, FindSubRelations, maskRelation, RemoveSubRelation } from '@tallystick/loyalty';
import { BoundTo } from '../loyalife.caller.js';
import type { BesideData } from '../loyalife.envelope.js';
import { refusals, refuse } from '../loyalife.errors.js';
import { keyedRequest } from '../points/keyed-request.js';
import { LoyalifeAttributeDefinitionDto, showDefinition } from './attribute-definition.dto.js';
import { LoyalifeRelationQuery, MembersEndpoints, PROFILE_ENDPOINT } from './members.endpoints.js';
import { LoyalifeMemberProfileDto, LoyalifeUpdateStatusDto } from './profile.dto.js';
import { statusOf } from './profile.policy.js';
import {
  LoyalifeAddSubRelationDto,
  LoyalifeRemoveSubRelationDto,
  LoyalifeSubRelationDto,
  LoyalifeSubRelationsQuery,
} from './sub-relation.dto.js';

@ApiTags('Members')
@Controller('v1')
export class LoyalifeMembersController extends MembersEndpoints {
  @Inject(AddSubRelation) private readonly addRelation: AddSubRelation;
  @Inject(FindSubRelations) private readonly findRelations: FindSubRelations;
  @Inject(RemoveSubRelation) private readonly removeRelation: RemoveSubRelation;

  @Get('GetMemberProfile')
  @Endpoint({ ...PROFILE_ENDPOINT, operationId: 'loyalife_get_member_profile_retrieve' })
  getProfile(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Query() query: LoyalifeRelationQuery,
  ): Promise<LoyalifeMemberProfileDto> {
    return this.profileOf(ctx, boundTo, query);
  }

  @Post('UpdateMemberStatus')
  @Endpoint({
    operationId: 'loyalife_update_member_status_create',
    summary: "Change a member's status",
    permission: 'members:write',
    answer: { schema: { type: 'boolean', const: true } },
    errors: refusals('103', '104'),
    bodyExample: { RelationReference: 'C08409803', Status: 1 },
  })
  updateStatus(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Body() body: LoyalifeUpdateStatusDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, keyedRequest(request, 'UpdateMemberStatus'), async (tx) => {
      await this.relations.program(tx, body.ProgramId);
      const member = await this.relations.member(tx, body, boundTo);
      await this.writeProfile.update(tx, member.id, { status: statusOf(body.Status), profile: {} });
      return { status: 200, data: true };
    });
  }

  @Get('GetAttributeDefinitions')
  @Endpoint({
    operationId: 'loyalife_get_attribute_definitions_list',
    summary: 'The attributes that the tenant has defined for its members',
    permission: 'members:read',
    data: [LoyalifeAttributeDefinitionDto],
  })
  getAttributeDefinitions(@Ctx() ctx: TenantContext): Promise<WithMeta<LoyalifeAttributeDefinitionDto[]>> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const definitions = await this.definitions.list(tx);
      return new WithMeta(definitions.map(showDefinition), { count: definitions.length } satisfies BesideData);
    });
  }

  @Post('AddSubRelation')
  @Endpoint({
    operationId: 'loyalife_add_sub_relation_create',
    summary: 'Link a card, an account, a device or an id elsewhere to a member',
    description: 'The same value may lead to several members, and once to each.',
    permission: 'members:write',
    data: LoyalifeSubRelationDto,
    errors: refusals('006', '103', 'E201'),
    bodyExample: { RelationReference: 'C08409803', SubRelationType: 'account', SubRelationReference: 'ACC-0042' },
  })
  addSubRelation(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Body() body: LoyalifeAddSubRelationDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, keyedRequest(request, 'AddSubRelation'), async (tx) => {
      const member = await this.relations.member(tx, body, boundTo);
      const added = await this.addRelation.execute(tx, {
        memberId: member.id,
        kind: body.SubRelationType,
        value: body.SubRelationReference,
      });
      return { status: 200, data: LoyalifeSubRelationDto.from(maskRelation(added)) };
    });
  }

  @Get('GetSubRelations')
  @Endpoint({
    operationId: 'loyalife_get_sub_relations_list',
    summary: 'What is linked to a member',
    description: 'Of the number of a card the last four digits alone.',
    permission: 'members:read',
    data: [LoyalifeSubRelationDto],
    errors: refusals('103'),
  })
  getSubRelations(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Query() { RelationReference, SubRelationType }: LoyalifeSubRelationsQuery,
  ): Promise<WithMeta<LoyalifeSubRelationDto[]>> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const member = await this.relations.byReference(tx, RelationReference, boundTo);
      const found = await this.findRelations.list(tx, member.id, SubRelationType);
      return new WithMeta(
        found.map((one) => LoyalifeSubRelationDto.from(maskRelation(one))),
        { count: found.length } satisfies BesideData,
      );
    });
  }

  @Post('RemoveSubRelation')
  @Endpoint({
    operationId: 'loyalife_remove_sub_relation_create',
    summary: 'Unlink something from a member',
    description: 'Named by its `Id`, or by its value.',
    permission: 'members:write',
    answer: { schema: { type: 'boolean', const: true } },
    errors: refusals('103', '210'),
    bodyExample: { RelationReference: 'C08409803', SubRelationReference: 'ACC-0042' },
  })
  removeSubRelation(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Body() body: LoyalifeRemoveSubRelationDto,
  ): Promise<SealedAnswer> {
    if (body.Id === undefined && body.SubRelationReference === undefined)
      throw refuse('999', { message: 'Name it by Id, or by SubRelationReference' });
    return this.writes.run(ctx, keyedRequest(request, 'RemoveSubRelation'), async (tx) => {
      const member = await this.relations.member(tx, body, boundTo);
      const found = (await this.findRelations.list(tx, member.id)).find(body.names());
      if (!found) throw refuse('210', { message: 'The member has no such relation' });
      await this.removeRelation.execute(tx, { memberId: member.id, id: found.id });
      return { status: 200, data: true };
    });
  }
}

@ApiTags('Members')
@Controller('lbms-ingress/member/api/Member')
export class LoyalifeVendorMembersController extends MembersEndpoints {
  @Get('GetMemberProfileByRelationReference')
  @Endpoint({ ...PROFILE_ENDPOINT, operationId: 'loyalife_get_member_profile_by_relation_reference_retrieve' })
  getProfile(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Query() query: LoyalifeRelationQuery,
  ): Promise<LoyalifeMemberProfileDto> {
    return this.profileOf(ctx, boundTo, query);
  }
}
