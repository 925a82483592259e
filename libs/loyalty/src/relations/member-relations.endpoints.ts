import { Body, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  May,
  NotFound,
  UnitOfWork,
  Writes,
  type Permits,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { viewOf } from '../members/members.endpoints.js';
import { AddSubRelation } from './add-sub-relation.operation.js';
import { FindSubRelations } from './find-sub-relations.query.js';
import { AddRelationDto, RelationDto } from './relation.dto.js';
import { maskRelation, type Relation } from './relation.js';
import { RemoveSubRelation } from './remove-sub-relation.operation.js';

/** What leads to a member, the same on both APIs; each app's controller of that name extends it. */
export abstract class MemberRelationsEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Writes) private readonly writes: Writes;
  @Inject(FindSubRelations) private readonly relations: FindSubRelations;
  @Inject(AddSubRelation) private readonly addSubRelation: AddSubRelation;
  @Inject(RemoveSubRelation) private readonly removeSubRelation: RemoveSubRelation;

  @Get()
  @Endpoint({
    operationId: 'members_relations_list',
    summary: "List a member's cards, accounts, devices and ids elsewhere",
    permission: 'members:read',
    data: [RelationDto],
    errors: [NotFound],
  })
  async list(@Ctx() ctx: TenantContext, @May() may: Permits, @Param('id', IdPipe) id: string): Promise<Relation[]> {
    const relations = await this.unitOfWork.read(ctx, (tx) => this.relations.list(tx, id));
    return relations.map((relation) => maskRelation(relation, viewOf(may)));
  }

  @Post()
  @Endpoint({
    operationId: 'members_relations_create',
    summary: 'Put a card, account, device or id elsewhere down to a member',
    description: 'The same value may lead to several members, and to each of them once.',
    permission: 'members:write',
    status: 201,
    data: RelationDto,
    errors: [NotFound, Duplicate, InvalidState],
  })
  add(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: AddRelationDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: maskRelation(await this.addSubRelation.execute(tx, { memberId: id, ...body })),
      secret: true,
    }));
  }

  @Delete(':relation_id')
  @Endpoint({
    operationId: 'members_relations_destroy',
    summary: 'Take a card, account, device or id from a member',
    permission: 'members:write',
    errors: [NotFound],
    params: { relation_id: { type: 'string', format: 'uuid' } },
  })
  remove(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('relation_id', IdPipe) relationId: string,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.removeSubRelation.execute(tx, { memberId: id, id: relationId });
      return { status: 200, data: null };
    });
  }
}
