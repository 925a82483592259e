import { Body, Get, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { ActorCtx, Endpoint, originOf, SIGNED_IN, UnitOfWork } from '@tallystick/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthenticationFailed, RegistrationDisabled } from '../identity.errors.js';
import { AccountLocked, MfaInvalid, MfaRequired } from '../mfa/mfa.errors.js';
import { EmailNotVerified } from '../passcodes/passcode.errors.js';
import { FindUserProfile } from '../people/user-profile.query.js';
import { personIn } from '../sessions/person-in.js';
import { SessionCookies } from '../sessions/session-cookies.js';
import { writeIn } from '../sessions/write-in.js';
import { SignOut } from '../sessions/sign-out.operation.js';
import { RefreshTokens } from './refresh-tokens.operation.js';
import { CsrfTokenDto, RefreshDto, SIGN_IN_EXAMPLE, SignedInDto, SignInDto, SignOutDto, TokenPairDto } from './sign-in.dto.js';
import { SignIn, type SignInRequest } from './sign-in.operation.js';
import { UpdateProfile } from './update-profile.operation.js';
import { UpdateProfileDto, UserProfileDto } from './user-profile.dto.js';

/** What a sign-in needs to know of its request. */
export const signInRequest = (request: FastifyRequest, cookies: SessionCookies): SignInRequest => ({
  requestId: request.id,
  origin: originOf(request),
  device: cookies.deviceOf(request),
});

/** How people sign in, the same on both APIs; each app's controller of that name extends it. */
export abstract class AuthEndpoints {
  @Inject(SignIn) private readonly signIn: SignIn;
  @Inject(RefreshTokens) private readonly refreshTokens: RefreshTokens;
  @Inject(SignOut) private readonly signOut: SignOut;
  @Inject(UpdateProfile) private readonly updateProfile: UpdateProfile;
  @Inject(FindUserProfile) private readonly findUserProfile: FindUserProfile;
  @Inject(SessionCookies) private readonly cookies: SessionCookies;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Post('token')
  @Endpoint({
    operationId: 'auth_token_create',
    summary: 'Obtain tokens',
    description:
      'With `password`, or with `challenge_id` and `otp`: the code that `POST auth/otp/request` mailed for `login`. One answer for everything ' +
      'that can be wrong with the credentials, and while too many failures lock the account or the address. Who has a second factor is asked ' +
      'for its code once the password or the mailed code is right. A role that needs a second factor which is not set up opens the set-up ' +
      'alone, and whoever has such a role needs the password: for them a mailed code is wrong.',
    public: true,
    limit: 'sign_in',
    data: SignedInDto,
    errors: [AuthenticationFailed, EmailNotVerified, MfaRequired, MfaInvalid, AccountLocked],
    bodyExample: SIGN_IN_EXAMPLE,
  })
  async token(
    @Req() request: FastifyRequest,
    @Body() body: SignInDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto> {
    const signedIn = await this.signIn.execute(signInRequest(request, this.cookies), { ...SignInDto.read(body), kind: 'token' });
    if (signedIn.device !== undefined) this.cookies.rememberDevice(reply, signedIn.device);
    return SignedInDto.of(signedIn);
  }

  @Post('token/refresh')
  @Endpoint({
    operationId: 'auth_token_refresh_create',
    summary: 'Refresh token',
    description: 'The next pair of tokens. A refresh token that comes a second time ends its session: one of the two who have it stole it.',
    public: true,
    limit: 'token',
    data: TokenPairDto,
    errors: [AuthenticationFailed],
  })
  async refresh(@Req() request: FastifyRequest, @Body() { refresh_token: refreshToken }: RefreshDto): Promise<TokenPairDto> {
    return TokenPairDto.from(await this.refreshTokens.execute({ requestId: request.id, origin: originOf(request) }, refreshToken));
  }

  @Post('logout')
  @Endpoint({
    operationId: 'auth_logout_create',
    summary: 'Logout',
    description: 'Ends the session that asks, with all its tokens; that of `refresh_token` too, or all sessions of the person.',
    permission: SIGNED_IN,
    beforeMfa: true,
  })
  async logout(
    @ActorCtx() ctx: RequestContext,
    @Body() { refresh_token: refreshToken, all_devices: allDevices }: SignOutDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const person = personIn(ctx);
    await writeIn(this.unitOfWork, person, (tx) => this.signOut.execute(tx, { refreshToken, allDevices }));
    this.cookies.close(reply);
  }

  @Get('me')
  @Endpoint({
    operationId: 'auth_me_retrieve',
    summary: 'Current user',
    description: 'For people; an API client has no profile.',
    permission: SIGNED_IN,
    beforeMfa: true,
    data: UserProfileDto,
  })
  async me(@ActorCtx() ctx: RequestContext): Promise<UserProfileDto> {
    const person = personIn(ctx);
    const profile = await this.unitOfWork.read(person, (tx) => this.findUserProfile.find(tx, person.actor.id, person.tenantId));
    if (!profile) throw AuthenticationFailed.with();
    return UserProfileDto.from(profile);
  }

  @Patch('profile')
  @Endpoint({
    operationId: 'auth_profile_partial_update',
    summary: 'Update user profile',
    description: 'What is left out stays, null removes. The e-mail address is not changed here.',
    permission: SIGNED_IN,
    data: UserProfileDto,
  })
  async profile(@ActorCtx() ctx: RequestContext, @Body() body: UpdateProfileDto): Promise<UserProfileDto> {
    const { full_name: fullName, phone_number: phoneNumber, timezone, locale, avatar } = body;
    const change = { fullName, phoneNumber, timezone, locale, avatar };
    return UserProfileDto.from(await writeIn(this.unitOfWork, personIn(ctx), (tx) => this.updateProfile.execute(tx, change)));
  }

  @Get('csrf')
  @Endpoint({
    operationId: 'auth_csrf_retrieve',
    summary: 'Get CSRF token',
    description:
      'For pages of the same origin. The token belongs to the session, or before one to the visit; it is in the cookie `csrftoken` too. ' +
      'Sign-in gives another one.',
    public: true,
    data: CsrfTokenDto,
  })
  csrf(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): CsrfTokenDto {
    return { csrf_token: this.cookies.greet(request, reply) };
  }

  @Get('register')
  @Endpoint({
    operationId: 'auth_register_retrieve',
    summary: 'Register (disabled)',
    description: 'People are invited.',
    public: true,
    closed: true,
    errors: [RegistrationDisabled],
  })
  registration(): never {
    throw RegistrationDisabled.with();
  }

  @Post('register')
  @Endpoint({
    operationId: 'auth_register_create',
    summary: 'Register (disabled)',
    description: 'People are invited. Nothing of what is sent is looked at.',
    public: true,
    closed: true,
    errors: [RegistrationDisabled],
  })
  register(): never {
    throw RegistrationDisabled.with();
  }
}
