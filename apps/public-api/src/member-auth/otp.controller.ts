import { Body, Controller, Post, Req } from '@nestjs/common';
import { IssuedPasscodeDto } from '@tallystick/identity';
import { RequestMemberOtpDto, SignInMember } from '@tallystick/loyalty';
import { Endpoint, originOf, Throttled } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';

@Controller('api/v1/member-auth/otp')
export class MemberOtpController {
  constructor(private readonly signInMember: SignInMember) {}

  @Post('request')
  @Endpoint({
    operationId: 'member_auth_otp_request_create',
    summary: 'Ask for a code to sign in as a member',
    description:
      'The answer is the same whether or not there is such a tenant or member. The code has six digits, works once, for five minutes; five ' +
      'wrong ones void it, and so does a newer one.',
    public: true,
    limit: 'passcode',
    data: IssuedPasscodeDto,
    errors: [Throttled],
  })
  async request(@Req() request: FastifyRequest, @Body() { tenant, identifier }: RequestMemberOtpDto): Promise<IssuedPasscodeDto> {
    const stranger = { requestId: request.id, origin: originOf(request) };
    return IssuedPasscodeDto.from(await this.signInMember.request(stranger, { tenant, email: identifier }));
  }
}
