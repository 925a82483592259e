import { Body, Inject, Post, Req } from '@nestjs/common';
import { Endpoint, UnitOfWork, ValidationFailed } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { anonymousContext } from './anonymous-context.js';
import { EmailAddressDto, EmailVerifiedDto, VerifyEmailDto } from './passcode.dto.js';
import { OtpAttemptsExceeded, OtpExpired, OtpInvalid } from './passcode.errors.js';
import { RequestLink } from './request-link.operation.js';
import { VerifyEmail, type EmailProof } from './verify-email.operation.js';

/** How people prove their e-mail address, the same on both APIs; each app's controller of that name extends it. */
export abstract class EmailEndpoints {
  @Inject(RequestLink) private readonly requestLink: RequestLink;
  @Inject(VerifyEmail) private readonly verifyEmail: VerifyEmail;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Post('resend')
  @Endpoint({
    operationId: 'auth_email_resend_create',
    summary: 'Resend verification email',
    description: 'Accepted in any case; a mail goes to accounts whose address is not proved yet, at most one a minute.',
    public: true,
    limit: 'passcode',
    status: 202,
  })
  async resend(@Req() request: FastifyRequest, @Body() { email }: EmailAddressDto): Promise<void> {
    await this.unitOfWork.platform(anonymousContext(request), (tx) =>
      this.requestLink.execute(tx, { email, purpose: 'verify_email_link' }),
    );
  }

  @Post('verify')
  @Endpoint({
    operationId: 'auth_email_verify_create',
    summary: 'Verify email',
    description: 'With the token of the link in the mail, or with the address and a code of the purpose `verify_email`.',
    public: true,
    limit: 'passcode',
    data: EmailVerifiedDto,
    errors: [OtpInvalid, OtpExpired, OtpAttemptsExceeded],
    bodyExample: { token: 'AZ3m0Q.c2VjcmV0' },
  })
  async verify(@Req() request: FastifyRequest, @Body() body: VerifyEmailDto): Promise<EmailVerifiedDto> {
    await this.verifyEmail.execute(anonymousContext(request), proofOf(body));
    return { email_verified: true };
  }
}

function proofOf({ token, email, code }: VerifyEmailDto): EmailProof {
  if (token !== undefined && email === undefined && code === undefined) return { token };
  if (token === undefined && email !== undefined && code !== undefined) return { email, code };
  throw ValidationFailed.with({ errors: { non_field_errors: ['Send either `token`, or `email` and `code`.'] } });
}
