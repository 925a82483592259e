import { Body, Get, Inject, Post, Req } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { ActorCtx, Endpoint, PermissionDenied, SIGNED_IN, UnitOfWork } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { AuthenticationFailed } from '../identity.errors.js';
import { SignedInDto, SignInDto, UserProfileDto } from './sign-in.dto.js';
import { SignIn } from './sign-in.operation.js';
import { FindUserProfile } from '../people/user-profile.query.js';

/** How people sign in, the same on both APIs; each app's controller of that name extends it. */
export abstract class AuthEndpoints {
  @Inject(SignIn) private readonly signIn: SignIn;
  @Inject(FindUserProfile) private readonly findUserProfile: FindUserProfile;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Post('token')
  @Endpoint({
    operationId: 'auth_token_create',
    summary: 'Obtain tokens',
    description: 'One answer for everything that can be wrong with the credentials.',
    public: true,
    data: SignedInDto,
    errors: [AuthenticationFailed],
  })
  async token(@Req() request: FastifyRequest, @Body() body: SignInDto): Promise<SignedInDto> {
    return SignedInDto.from(await this.signIn.execute(request.id, body));
  }

  @Get('me')
  @Endpoint({
    operationId: 'auth_me_retrieve',
    summary: 'Current user',
    description: 'For people; an API client has no profile.',
    permission: SIGNED_IN,
    data: UserProfileDto,
  })
  async me(@ActorCtx() ctx: RequestContext): Promise<UserProfileDto> {
    if (ctx.actor.type !== 'user') throw PermissionDenied.with({ message: 'An API client has no profile' });
    const profile = await this.unitOfWork.read(ctx, (tx) => this.findUserProfile.find(tx, ctx.actor.id, ctx.tenantId));
    if (!profile) throw AuthenticationFailed.with();
    return UserProfileDto.from(profile);
  }
}
