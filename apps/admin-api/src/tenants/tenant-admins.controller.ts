import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PlatformContext } from '@tallystick/kernel';
import { InviteUser } from '@tallystick/identity';
import {
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  PlatformCtx,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { FirstAdmins } from './first-admins.js';
import { FirstAdminDto, FirstAdminInvitedDto } from './tenant.dto.js';

@ApiTags('Tenants')
@Controller('api/v1/tenants/:id/admin-invitations')
export class TenantAdminsController {
  constructor(
    private readonly writes: Writes,
    private readonly firstAdmins: FirstAdmins,
    private readonly inviteUser: InviteUser,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'tenants_admin_invitations_create',
    summary: 'Invite the first admin of a tenant',
    description: 'By mail, for seven days. Once a tenant has people, they invite others and the platform does not.',
    permission: 'tenants:write',
    status: 201,
    data: FirstAdminInvitedDto,
    errors: [NotFound, InvalidState, Duplicate],
    limit: 'invitation',
  })
  async invite(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: FirstAdminDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(await this.firstAdmins.contextIn(ctx, id), request, async (tx) => ({
      status: 201,
      data: { invitation_id: await this.inviteUser.firstAdmin(tx, FirstAdminDto.toAdmin(body)) },
    }));
  }
}
