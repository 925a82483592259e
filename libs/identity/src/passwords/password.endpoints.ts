import { Body, Inject, Post, Req } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { ActorCtx, Endpoint, SIGNED_IN, UnitOfWork, ValidationFailed } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { AccountLocked } from '../mfa/mfa.errors.js';
import { anonymousContext } from '../passcodes/anonymous-context.js';
import { EmailAddressDto } from '../passcodes/passcode.dto.js';
import { OtpAttemptsExceeded, OtpExpired, OtpInvalid } from '../passcodes/passcode.errors.js';
import { RequestLink } from '../passcodes/request-link.operation.js';
import { personIn } from '../sessions/person-in.js';
import { ChangePassword } from './change-password.operation.js';
import { ChangePasswordDto, ResetPasswordDto } from './password.dto.js';
import { ResetPassword, type ResetProof } from './reset-password.operation.js';

/** How people change and regain their password, the same on both APIs; each app's controller of that name extends it. */
export abstract class PasswordEndpoints {
  @Inject(ChangePassword) private readonly changePassword: ChangePassword;
  @Inject(ResetPassword) private readonly resetPassword: ResetPassword;
  @Inject(RequestLink) private readonly requestLink: RequestLink;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Post('change')
  @Endpoint({
    operationId: 'auth_password_change_create',
    summary: 'Change password',
    description: 'The session that asks stays, all others end. `errors` says which of the two passwords is wrong, and why.',
    permission: SIGNED_IN,
    limit: 'sign_in',
    errors: [AccountLocked],
  })
  async change(@ActorCtx() ctx: RequestContext, @Body() body: ChangePasswordDto): Promise<void> {
    await this.changePassword.execute(personIn(ctx), { currentPassword: body.current_password, newPassword: body.new_password });
  }

  @Post('reset')
  @Endpoint({
    operationId: 'auth_password_reset_create',
    summary: 'Request password reset',
    description: 'Accepted in any case; a mail with a link goes to accounts that exist, at most one a minute.',
    public: true,
    limit: 'password_reset',
    status: 202,
  })
  async reset(@Req() request: FastifyRequest, @Body() { email }: EmailAddressDto): Promise<void> {
    const ctx = anonymousContext(request);
    await this.unitOfWork.platform(ctx, (tx) => this.requestLink.execute(tx, { email, purpose: 'password_reset_link' }));
  }

  @Post('reset/confirm')
  @Endpoint({
    operationId: 'auth_password_reset_confirm_create',
    summary: 'Confirm password reset',
    description:
      'With the token of the link in the mail, or with a code of the purpose `password_reset`. All sessions of the person end. Nobody is ' +
      'signed in by it: sign in with the new password, and the second factor where there is one.',
    public: true,
    limit: 'passcode',
    errors: [OtpInvalid, OtpExpired, OtpAttemptsExceeded],
    bodyExample: { token: 'AZ3m0Q.c2VjcmV0', new_password: 'seven brown foxes under the bridge' },
  })
  async confirm(@Req() request: FastifyRequest, @Body() body: ResetPasswordDto): Promise<void> {
    await this.resetPassword.execute(anonymousContext(request), proofOf(body), body.new_password);
  }
}

function proofOf({ uid, token, challenge_id: challengeId, otp }: ResetPasswordDto): ResetProof {
  if (token !== undefined && challengeId === undefined && otp === undefined) return { token, userId: uid?.toLowerCase() };
  if (token === undefined && uid === undefined && challengeId !== undefined && otp !== undefined) return { challengeId, code: otp };
  throw ValidationFailed.with({ errors: { non_field_errors: ['Send either `token`, or `challenge_id` and `otp`.'] } });
}
