import { Body, Inject, Post, Req } from '@nestjs/common';
import { Endpoint, Throttled, UnitOfWork } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { anonymousContext } from './anonymous-context.js';
import { IssuedPasscodeDto, RequestPasscodeDto } from './passcode.dto.js';
import { RequestPasscode } from './request-passcode.operation.js';

/** How people ask for one-time codes, the same on both APIs; each app's controller of that name extends it. */
export abstract class OtpEndpoints {
  @Inject(RequestPasscode) private readonly requestPasscode: RequestPasscode;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Post('request')
  @Endpoint({
    operationId: 'auth_otp_request_create',
    summary: 'Request OTP',
    description:
      'The answer is the same whether or not there is such an account. A code is of six digits, works once and for what it was asked for; ' +
      'five wrong ones void it, and so does a newer one.',
    public: true,
    limit: 'passcode',
    data: IssuedPasscodeDto,
    errors: [Throttled],
  })
  async request(@Req() request: FastifyRequest, @Body() { identifier, purpose }: RequestPasscodeDto): Promise<IssuedPasscodeDto> {
    const ctx = anonymousContext(request);
    const issued = await this.unitOfWork.platform(ctx, (tx) => this.requestPasscode.execute(tx, { email: identifier, purpose }));
    return IssuedPasscodeDto.from(issued);
  }
}
