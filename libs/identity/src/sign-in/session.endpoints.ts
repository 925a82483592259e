import { Body, Inject, Post, Req, Res } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { ActorCtx, Endpoint, SIGNED_IN, UnitOfWork } from '@tallystick/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthenticationFailed, CsrfFailed } from '../identity.errors.js';
import { AccountLocked, MfaInvalid, MfaRequired } from '../mfa/mfa.errors.js';
import { EmailNotVerified } from '../passcodes/passcode.errors.js';
import { personIn } from '../sessions/person-in.js';
import { SessionCookies } from '../sessions/session-cookies.js';
import { SignOut } from '../sessions/sign-out.operation.js';
import { writeIn } from '../sessions/write-in.js';
import { signInRequest } from './auth.endpoints.js';
import { SIGN_IN_EXAMPLE, SignInDto } from './sign-in.dto.js';
import { SignIn } from './sign-in.operation.js';
import { UserProfileDto } from './user-profile.dto.js';

/** How a page of the same origin signs a person in, the same on both APIs; each app's controller of that name extends it. */
export abstract class SessionEndpoints {
  @Inject(SignIn) private readonly signIn: SignIn;
  @Inject(SignOut) private readonly signOut: SignOut;
  @Inject(SessionCookies) private readonly cookies: SessionCookies;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Post('login')
  @Endpoint({
    operationId: 'auth_session_login_create',
    summary: 'Session login',
    description:
      'For pages of the same origin: needs the token of `GET /auth/csrf` as `X-CSRFToken`. Takes a password or a mailed code, as `auth/token` ' +
      'does. Sets the cookie `__Host-sid`, and another token in `csrftoken`. A session that the page had before ends.',
    public: true,
    limit: 'sign_in',
    data: UserProfileDto,
    errors: [AuthenticationFailed, EmailNotVerified, MfaRequired, MfaInvalid, AccountLocked, CsrfFailed],
    bodyExample: SIGN_IN_EXAMPLE,
  })
  async login(
    @Req() request: FastifyRequest,
    @Body() body: SignInDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserProfileDto> {
    this.cookies.refuseForged(request);
    const input = { ...SignInDto.read(body), kind: 'cookie' as const, replaces: this.cookies.sessionOf(request) };
    const { user, cookie, device } = await this.signIn.execute(signInRequest(request, this.cookies), input);
    this.cookies.open(reply, cookie!);
    if (device !== undefined) this.cookies.rememberDevice(reply, device);
    return UserProfileDto.from(user);
  }

  @Post('logout')
  @Endpoint({
    operationId: 'auth_session_logout_create',
    summary: 'Session logout',
    description: 'Ends the session that asks, and takes its cookies back.',
    permission: SIGNED_IN,
    beforeMfa: true,
  })
  async logout(@ActorCtx() ctx: RequestContext, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await writeIn(this.unitOfWork, personIn(ctx), (tx) => this.signOut.execute(tx, {}));
    this.cookies.close(reply);
  }
}
