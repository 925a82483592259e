import { Body, Controller, Post, Req } from '@nestjs/common';
import { AuthenticationFailed } from '@tallystick/identity';
import { MemberSignInDto, MemberTokenDto, SignInMember, type MemberToken } from '@tallystick/loyalty';
import { Endpoint, originOf } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';

@Controller('api/v1/member-auth/token')
export class MemberSignInController {
  constructor(private readonly signInMember: SignInMember) {}

  @Post()
  @Endpoint({
    operationId: 'member_auth_token_create',
    summary: 'Sign in as a member, with a mailed code',
    description: 'Whatever is wrong, the answer is `authentication_failed`. The token is for what is the member’s own.',
    public: true,
    limit: 'sign_in',
    data: MemberTokenDto,
    errors: [AuthenticationFailed],
  })
  create(@Req() request: FastifyRequest, @Body() { tenant, challenge_id, otp }: MemberSignInDto): Promise<MemberToken> {
    return this.signInMember.signIn({ requestId: request.id, origin: originOf(request) }, { tenant, challengeId: challenge_id, code: otp });
  }
}
