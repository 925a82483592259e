import { Body, Controller, Param, Put } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { MemberCredentialsDto, SetMemberCredentials } from '@tallystick/loyalty';
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

@Controller('api/v1/members/:id/credentials')
export class MemberCredentialsController {
  constructor(
    private readonly writes: Writes,
    private readonly setMemberCredentials: SetMemberCredentials,
  ) {}

  @Put()
  @Endpoint({
    operationId: 'members_credentials_update',
    summary: 'Set or replace what a member proves themselves by',
    permission: 'members:write',
    errors: [NotFound, InvalidState],
  })
  async set(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { secret }: MemberCredentialsDto,
  ): Promise<SealedAnswer> {
    const hashed = await this.setMemberCredentials.prepare(secret);
    return this.writes.run(ctx, request, async (tx) => {
      await this.setMemberCredentials.execute(tx, id, hashed);
      return { status: 200, data: null };
    });
  }
}
