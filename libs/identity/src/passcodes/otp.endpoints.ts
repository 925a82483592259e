import { Body, Inject, Post, Req } from '@nestjs/common';
import { Endpoint, Throttled } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { anonymousContext } from './anonymous-context.js';
import { IssuedPasscodeDto, RequestPasscodeDto } from './passcode.dto.js';
import { RequestPasscode } from './request-passcode.operation.js';

/** How people ask for one-time codes, the same on both APIs; each app's controller of that name extends it. */
export abstract class OtpEndpoints {
  @Inject(RequestPasscode) private readonly requestPasscode: RequestPasscode;

  @Post('request')
  @Endpoint({
    operationId: 'auth_otp_request_create',
    summary: 'Request OTP',
    description:
      'The answer is the same whether or not there is such an account. A code is of six digits, works once and for what it was asked for; ' +
      'five wrong ones void it, and so does a newer one. With one of `login`, `auth/token` and `auth/session/login` need no password, ' +
      'but of people with a role that requires a second factor: they get none.',
    public: true,
    limit: 'passcode',
    data: IssuedPasscodeDto,
    errors: [Throttled],
  })
  async request(@Req() request: FastifyRequest, @Body() { identifier, purpose }: RequestPasscodeDto): Promise<IssuedPasscodeDto> {
    return IssuedPasscodeDto.from(await this.requestPasscode.execute(anonymousContext(request), { email: identifier, purpose }));
  }
}
