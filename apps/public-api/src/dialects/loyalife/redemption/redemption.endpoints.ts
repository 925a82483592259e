import { Body, Inject, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindWallets } from '@tallystick/loyalty';
import { Ctx, Endpoint, UnitOfWork } from '@tallystick/platform';
import { BoundTo } from '../loyalife.caller.js';
import { refusal } from '../loyalife.errors.js';
import { FindRelation } from '../members/find-relation.query.js';
import { LoyalifeMemberKeysDto } from '../members/member-keys.dto.js';

/** The calls of the `PG` group, the same below both prefixes. */
export abstract class RedemptionEndpoints {
  @Inject(UnitOfWork) protected readonly unitOfWork: UnitOfWork;
  @Inject(FindRelation) protected readonly relations: FindRelation;
  @Inject(FindWallets) private readonly wallets: FindWallets;

  @Post('CheckAvailability')
  @Endpoint({
    operationId: 'loyalife_check_availability_create',
    summary: 'How many points a member can redeem now',
    permission: 'points:read',
    answer: { schema: { type: 'number', example: 1250, description: 'A whole number, or with the decimals of the program.' } },
    errors: [refusal('103')],
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
}
