import { Body, Controller, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindMembers, MemberDto, MergeBlocked, MergeMembers, viewOf } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  May,
  NotFound,
  Uuid,
  Writes,
  type Permits,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';

class MergeMemberDto {
  @Uuid({ description: 'Who goes on for both.' })
  into: string;
}

@Controller('api/v1/members/:id/merge')
export class MemberMergeController {
  constructor(
    private readonly writes: Writes,
    private readonly members: FindMembers,
    private readonly mergeMembers: MergeMembers,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'members_merge_create',
    summary: 'Merge a member into another',
    description:
      'Points and money move with their dates, so does what leads to the member, and what the other lacks of the profile. From then on the ' +
      'reference of the one means the other. Cashback goes along. It cannot be undone. Refused while points are held.',
    permission: 'members:write',
    data: MemberDto,
    errors: [NotFound, InvalidState, MergeBlocked],
  })
  merge(
    @Ctx() ctx: TenantContext,
    @May() may: Permits,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { into }: MergeMemberDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.mergeMembers.execute(tx, { memberId: id, into: into.toLowerCase() });
      return { status: 200, data: await this.members.byId(tx, into.toLowerCase(), viewOf(may)), secret: true };
    });
  }
}
