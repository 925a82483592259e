import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CASH_USER_TYPES, CashUsers, FindMembers, type CashUserType } from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  NotFound,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';

class CashUserTypeDto {
  @Choice(CASH_USER_TYPES, { description: 'Whose terms of redemption to money hold for the member.', example: 'merchant' })
  user_type: CashUserType;
}

/** What kind of user a member is for redemption to money; a customer until it is set. */
@Controller('api/v1/members/:id/cash-user-type')
export class CashUserTypeController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly members: FindMembers,
    private readonly users: CashUsers,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'members_cash_user_type_retrieve',
    summary: 'Get what kind of user a member is for redemption to money',
    permission: 'members:read',
    data: CashUserTypeDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<CashUserTypeDto> {
    return this.unitOfWork.read(ctx, async (tx) => {
      await this.members.byId(tx, id);
      return { user_type: await this.users.typeOf(tx, id) };
    });
  }

  @Put()
  @Endpoint({
    operationId: 'members_cash_user_type_update',
    summary: 'Set what kind of user a member is for redemption to money',
    permission: 'members:write',
    data: CashUserTypeDto,
    errors: [NotFound],
    bodyExample: { user_type: 'merchant' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { user_type }: CashUserTypeDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.users.set(tx, id, user_type);
      return { status: 200, data: { user_type } };
    });
  }
}
