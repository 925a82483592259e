import { Body, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { attributeFromText, FindAttributeDefinitions, FindWallets, MemberStanding, type Member, type Program } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  Idempotency,
  readDto,
  Text,
  UnitOfWork,
  Writes,
  type ReadTx,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { BoundTo } from '../loyalife.caller.js';
import { refusals, refuse } from '../loyalife.errors.js';
import { ProgramIdField, RelationReferenceField, RelationTypeField, type ProgramName } from '../loyalife.fields.js';
import { LoyalifeProgramQuery } from '../loyalife.query.js';
import { keyedRequest } from '../points/keyed-request.js';
import { checkBinding, FindRelation } from './find-relation.query.js';
import {
  LoyalifeCreateProfileDto,
  LoyalifeMemberDetailsDto,
  LoyalifeMemberProfileDto,
  LoyalifeProfileDto,
  LoyalifeUpdateProfileDto,
} from './profile.dto.js';
import { profileIn, statusOf } from './profile.policy.js';
import { showDetails, showProfile, type Beside } from './show-member.js';
import { WriteProfile } from './write-profile.operation.js';

/** Whose profile. */
export class LoyalifeRelationQuery {
  @RelationReferenceField() RelationReference: string;
  @RelationTypeField() RelationType?: number | string;
  @ProgramIdField() pintProgramId?: ProgramName;
}

/** Which attribute, and which value of it. */
export class LoyalifeAttributeQuery {
  @Text({ max: 64, description: 'The key of an attribute that is unique.', example: 'employee_code' }) AttributeName: string;
  @Text({ max: 500, example: 'E-1042' }) AttributeValue: string;
  @ProgramIdField() pintProgramId?: ProgramName;
}

/** What the call that reads a profile is, besides its name, which differs below the two prefixes. */
export const PROFILE_ENDPOINT = {
  summary: "A member's profile",
  permission: 'members:read',
  data: LoyalifeMemberProfileDto,
  errors: refusals('103'),
} as const;

/** The calls of the `Member` group, the same below both prefixes. */
export abstract class MembersEndpoints {
  @Inject(UnitOfWork) protected readonly unitOfWork: UnitOfWork;
  @Inject(Writes) protected readonly writes: Writes;
  @Inject(FindRelation) protected readonly relations: FindRelation;
  @Inject(WriteProfile) protected readonly writeProfile: WriteProfile;
  @Inject(FindAttributeDefinitions) protected readonly definitions: FindAttributeDefinitions;
  @Inject(MemberStanding) private readonly standings: MemberStanding;
  @Inject(FindWallets) private readonly wallets: FindWallets;

  @Post('CreateProfileWithAttributes')
  @Endpoint({
    operationId: 'loyalife_create_profile_with_attributes_create',
    summary: 'Create a member with attributes',
    description: 'Other fields than those listed are attributes of your own: those that you have defined as mandatory are needed.',
    permission: 'members:write',
    answer: { schema: { type: 'boolean', const: true } },
    errors: refusals('006', 'E201', 'E204', 'E205', 'E206'),
    bodyExample: {
      relation_reference: 'C08409803',
      full_name: 'Asha Rao',
      email_id: 'asha@example.com',
      mobile_number: '9800000001',
      gender: 'F',
      dob: '1990-05-31',
      address: '12 MG Road, Bengaluru',
      status: '5',
    },
  })
  createProfile(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Query() { pintProgramId }: LoyalifeProgramQuery,
    @Body() body: LoyalifeCreateProfileDto,
  ): Promise<SealedAnswer> {
    if (boundTo !== undefined) throw refuse('401', { message: 'The token is for one member' });
    return this.writes.run(ctx, keyedRequest(request, 'CreateProfileWithAttributes'), async (tx) => {
      const program = await this.relations.program(tx, pintProgramId);
      const profile = profileIn(body, program.terms.currency);
      await this.writeProfile.create(tx, { reference: body.relation_reference, profile, status: statusOf(body.status ?? 5) });
      return { status: 200, data: true };
    });
  }

  @Get('GetMemberDetailsByUniqueAttribute')
  @Endpoint({
    operationId: 'loyalife_get_member_details_by_unique_attribute_retrieve',
    summary: 'The member who has a value of a unique attribute',
    permission: 'members:read',
    data: LoyalifeMemberDetailsDto,
    errors: refusals('E001'),
  })
  getByUniqueAttribute(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Query() { AttributeName, AttributeValue, pintProgramId }: LoyalifeAttributeQuery,
  ): Promise<LoyalifeMemberDetailsDto> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const program = await this.relations.program(tx, pintProgramId);
      const definition = (await this.definitions.list(tx)).find(({ code }) => code === AttributeName);
      if (!definition?.unique) throw refuse('999', { message: 'AttributeName: Must be an attribute that is unique' });
      const member = await this.relations.byAttribute(tx, definition.code, attributeFromText(definition, AttributeValue));
      checkBinding(member, boundTo);
      return showDetails(member, await this.beside(tx, member, program));
    });
  }

  @Post('UpdateProfileWithAttributes')
  @ApiExtraModels(LoyalifeProfileDto)
  @Endpoint({
    operationId: 'loyalife_update_profile_with_attributes_create',
    summary: 'Change a member; what is left out stays',
    permission: 'members:write',
    answer: { schema: { type: 'boolean', const: true } },
    errors: refusals('104', 'E201', 'E202', 'E204', 'E205', 'E206'),
    bodyExample: { id: 10000001, data: { full_name: 'Asha Rao', status: '1' } },
  })
  updateProfile(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Query() { pintProgramId }: LoyalifeProgramQuery,
    @Body() { id, data: given }: LoyalifeUpdateProfileDto,
  ): Promise<SealedAnswer> {
    const data = readDto(LoyalifeProfileDto, given);
    const { custom, status, ...rest } = data;
    if (Object.keys({ ...custom, ...rest, ...(status !== undefined && { status }) }).length === 0)
      throw refuse('999', { message: 'data: Give at least one field' });
    return this.writes.run(ctx, keyedRequest(request, 'UpdateProfileWithAttributes'), async (tx) => {
      const program = await this.relations.program(tx, pintProgramId);
      const member = await this.relations.byNumber(tx, id);
      checkBinding(member, boundTo);
      if (member.status === 'cancelled' && status === undefined) throw refuse('E204');
      const profile = profileIn(data, program.terms.currency);
      await this.writeProfile.update(tx, member.id, { profile, ...(status !== undefined && { status: statusOf(status) }) });
      return { status: 200, data: true };
    });
  }

  protected profileOf(
    ctx: TenantContext,
    boundTo: string | undefined,
    { RelationReference, pintProgramId }: LoyalifeRelationQuery,
  ): Promise<LoyalifeMemberProfileDto> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const program = await this.relations.program(tx, pintProgramId);
      const member = await this.relations.byReference(tx, RelationReference, boundTo);
      return showProfile(member, await this.beside(tx, member, program));
    });
  }

  private async beside(tx: ReadTx<TenantContext>, member: Member, program: Program): Promise<Beside> {
    const standing = await this.standings.find(tx, member.id, program.id);
    return { standing, points: (await this.wallets.balance(tx, member.id, program.id, undefined)).available };
  }
}
