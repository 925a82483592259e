import { Body, Controller, Post } from '@nestjs/common';
import { AuthenticationFailed } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { CheckMemberCredentials, CheckMemberCredentialsDto, ProvenMemberDto, type ProvenMember } from '@tallystick/loyalty';
import { Ctx, Endpoint, InvalidState } from '@tallystick/platform';

@Controller('api/v1/members/credentials/check')
export class CredentialsCheckController {
  constructor(private readonly checkMemberCredentials: CheckMemberCredentials) {}

  @Post()
  @Endpoint({
    operationId: 'members_credentials_check_create',
    summary: 'Check what a member presents',
    description:
      'Ten wrong ones in a row keep the member out for five minutes, the next ten for longer; until then the right one is refused as well. A ' +
      'member who does not exist gets the answer of a wrong secret.',
    permission: 'members:write',
    data: ProvenMemberDto,
    errors: [AuthenticationFailed, InvalidState],
  })
  check(@Ctx() ctx: TenantContext, @Body() { reference, secret }: CheckMemberCredentialsDto): Promise<ProvenMember> {
    return this.checkMemberCredentials.execute(ctx, { reference }, secret);
  }
}
