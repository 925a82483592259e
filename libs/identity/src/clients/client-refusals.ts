import { Injectable } from '@nestjs/common';
import { DomainError, requestContext, type RequestContext, type TenantContext } from '@tallystick/kernel';
import { ShortMemory, UnitOfWork } from '@tallystick/platform';
import { InvalidClient, UnauthorizedClient } from '../identity.errors.js';
import { NetworkNotAllowed } from '../networks/network.errors.js';
import { ApiClientRefused } from './client.acts.js';

const RECORDED: ReadonlySet<string> = new Set([InvalidClient.code, NetworkNotAllowed.code, UnauthorizedClient.code]);

/** A client with a good token that calls from elsewhere does so with every request: one record a minute tells it. */
const QUIET_MS = 60_000;

/**
 * Records in the audit trail that an API client was not let in. A refused request has undone its own transaction by then, so this opens one,
 * at the edge.
 */
@Injectable()
export class ClientRefusals {
  private readonly noted = new ShortMemory(QUIET_MS, () => Promise.resolve({ isNew: true }));

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Records why a client did not authenticate; other errors are passed over. For an unknown client it does the same work, and for a client
   * id of no tenant of ours the record is the platform's: neither the answer nor its time tells which ids exist (OAU-02).
   */
  async ofSecret(ctx: TenantContext, clientId: string, error: unknown): Promise<void> {
    if (!(error instanceof DomainError) || !RECORDED.has(error.definition.code)) return;
    const isTenant = await this.unitOfWork.read(ctx, (tx) => tx.query('select from tenant where id = $1', [tx.ctx.tenantId]));
    await this.record(isTenant.length > 0 ? ctx : requestContext({ ...ctx, tenantId: null }), clientId.slice(0, 255), error);
  }

  /** Records that a call with a good token was refused, once a minute for each client and address. */
  async ofToken(ctx: TenantContext, error: DomainError): Promise<void> {
    const mark = await this.noted.get(JSON.stringify([ctx.tenantId, ctx.actor.id, ctx.origin?.address, error.definition.code]));
    if (!mark.isNew) return;
    mark.isNew = false;
    await this.record(ctx, ctx.actor.id, error);
  }

  private async record(ctx: RequestContext, id: string, { definition }: DomainError): Promise<void> {
    const note = { target: { type: 'api_client', id }, after: { code: definition.code }, outcome: 'refused' } as const;
    const { tenantId } = ctx;
    await (tenantId === null
      ? this.unitOfWork.platform({ ...ctx, tenantId }, (tx) => Promise.resolve(tx.audit(ApiClientRefused, note)))
      : this.unitOfWork.run({ ...ctx, tenantId }, (tx) => Promise.resolve(tx.audit(ApiClientRefused, note))));
  }
}
