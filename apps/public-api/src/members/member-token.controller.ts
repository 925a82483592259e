import { Controller, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { IssueMemberToken, MemberTokenDto } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';

@Controller('api/v1/members/:id/token')
export class MemberTokenController {
  constructor(
    private readonly writes: Writes,
    private readonly issueMemberToken: IssueMemberToken,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'members_token_create',
    summary: 'Get an access token for a member',
    description:
      'For a page or app of the tenant on which the member is signed in already. With the token the member sees and moves what is their ' +
      'own and nothing else; it is worth nothing within a second after the member is no longer active.',
    permission: 'members:write',
    status: 201,
    data: MemberTokenDto,
    errors: [NotFound, InvalidState],
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: await this.issueMemberToken.execute(tx, id),
      secret: true,
    }));
  }
}
