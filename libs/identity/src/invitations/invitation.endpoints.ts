import { Body, Inject, Post, Req } from '@nestjs/common';
import { Endpoint, originOf } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { AuthenticationFailed } from '../identity.errors.js';
import { AcceptInvitation, type Asking } from './accept-invitation.operation.js';
import { AcceptedInvitationDto, AcceptInvitationDto, LookUpInvitationDto, OpenInvitationDto } from './invitation.dto.js';
import { InvitationInvalid } from './invitation.errors.js';

/** What the holder of an invitation does, the same on both APIs; each app's controller of that name extends it. */
export abstract class InvitationEndpoints {
  @Inject(AcceptInvitation) private readonly acceptInvitation: AcceptInvitation;

  @Post('lookup')
  @Endpoint({
    operationId: 'auth_invitations_lookup_create',
    summary: 'See what an invitation leads to',
    description: 'One answer for a link that is unknown, used, revoked, expired or replaced by a newer one.',
    public: true,
    limit: 'invitation',
    data: OpenInvitationDto,
    errors: [InvitationInvalid],
  })
  async lookup(@Req() request: FastifyRequest, @Body() { token }: LookUpInvitationDto): Promise<OpenInvitationDto> {
    return OpenInvitationDto.from(await this.acceptInvitation.look(asking(request), token));
  }

  @Post('accept')
  @Endpoint({
    operationId: 'auth_invitations_accept_create',
    summary: 'Accept an invitation',
    description:
      'Opens an account with the password given, or, where the address has one, asks for its password and changes nothing of it. ' +
      'Nobody is signed in by it. Ten wrong passwords void the link.',
    public: true,
    limit: 'invitation',
    data: AcceptedInvitationDto,
    errors: [InvitationInvalid, AuthenticationFailed],
  })
  async accept(
    @Req() request: FastifyRequest,
    @Body() { token, password, full_name: fullName }: AcceptInvitationDto,
  ): Promise<AcceptedInvitationDto> {
    return AcceptedInvitationDto.from(await this.acceptInvitation.execute(asking(request), { token, password, fullName }));
  }
}

const asking = (request: FastifyRequest): Asking => ({ requestId: request.id, origin: originOf(request) });
