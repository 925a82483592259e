import { Injectable } from '@nestjs/common';
import { requestContext } from '@tallystick/kernel';
import { originOf } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import type { AccessClaims } from '../access/access-claims.policy.js';
import { AuthenticationFailed } from '../identity.errors.js';
import { NetworkNotAllowed } from '../networks/network.errors.js';
import { isTakenBack, type ClientLimits } from './client-limits.js';
import { mayCallFrom } from './client-networks.js';
import { ClientRefusals } from './client-refusals.js';

/** The part of the guard that only API clients pass: their token must not be taken back, and they call from where they may. */
@Injectable()
export class ClientGate {
  constructor(private readonly refusals: ClientRefusals) {}

  /** Throws `authentication_failed` for a token that was taken back, `network_not_allowed`, which is recorded (OAU-10). */
  async check(request: FastifyRequest, claims: AccessClaims, actorId: string, limits: ClientLimits): Promise<void> {
    if (isTakenBack(claims, limits)) throw AuthenticationFailed.with();
    const origin = originOf(request);
    if (mayCallFrom(origin.address, limits.networks)) return;
    const refusal = NetworkNotAllowed.with();
    const actor = { type: 'client', id: actorId } as const;
    await this.refusals.ofToken(requestContext({ tenantId: claims.tenantId!, actor, requestId: request.id, origin }), refusal);
    throw refusal;
  }
}
