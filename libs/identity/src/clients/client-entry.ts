import { Injectable } from '@nestjs/common';
import { requestContext, type TenantContext } from '@tallystick/kernel';
import { originOf, UnitOfWork, type WriteTx } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { AuthenticateClient, type AuthenticatedClient } from './authenticate-client.operation.js';
import { NO_TENANT, tenantOfClientId } from './client-id.policy.js';
import { ClientRefusals } from './client-refusals.js';
import type { ClientCredentials } from './client-request.policy.js';

/** The way in at the OAuth endpoints, where a client shows its secret instead of a token. For the edge: opens transactions of its own. */
@Injectable()
export class ClientEntry {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly authenticateClient: AuthenticateClient,
    private readonly refusals: ClientRefusals,
  ) {}

  /** Runs `work`, which authenticates the client, in the tenant that the client id names; a client that is not let in is recorded. */
  async run<T>(request: FastifyRequest, clientId: string, work: (tx: WriteTx<TenantContext>) => Promise<T>): Promise<T> {
    const ctx = contextOf(request, clientId, { type: 'anonymous', id: 'anonymous' });
    try {
      return await this.unitOfWork.run(ctx, work);
    } catch (error) {
      await this.refusals.ofSecret(ctx, clientId, error);
      throw error;
    }
  }

  /** Lets a client prove itself, and answers with the context of what it then does. */
  async authenticate(
    request: FastifyRequest,
    credentials: ClientCredentials,
  ): Promise<{ readonly ctx: TenantContext; readonly client: AuthenticatedClient }> {
    const { clientId } = credentials;
    const client = await this.run(request, clientId, (tx) => this.authenticateClient.execute(tx, credentials));
    return { client, ctx: contextOf(request, clientId, { type: 'client', id: client.id }) };
  }
}

const contextOf = (request: FastifyRequest, clientId: string, actor: TenantContext['actor']): TenantContext =>
  requestContext({ tenantId: tenantOfClientId(clientId) ?? NO_TENANT, actor, requestId: request.id, origin: originOf(request) });
