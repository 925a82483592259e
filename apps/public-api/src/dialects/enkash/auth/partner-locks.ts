import { Injectable } from '@nestjs/common';
import { DomainError, requestContext } from '@tallystick/kernel';
import { NO_TENANT, tenantOfClientId } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import { InvalidGrant } from '../enkash.errors.js';

/** After so many failures in a row (A.5) ... */
const MOST_FAILURES = 3;
/** ... a partner gets no token for so long. */
const LOCKED_MINUTES = 15;

/** Locks a partner for a while after failures in a row, in transactions of its own: a failure is counted although its own is undone. */
@Injectable()
export class PartnerLocks {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Runs `attempt`, a sign-in of a client. Throws `invalid_grant` while it is locked, whatever it sends. */
  async guard<T>(clientId: string, requestId: string, attempt: () => Promise<T>): Promise<T> {
    const ctx = requestContext({
      tenantId: tenantOfClientId(clientId) ?? NO_TENANT,
      actor: { type: 'anonymous', id: 'anonymous' } as const,
      requestId,
    });
    const [lock] = await this.unitOfWork.read(ctx, (tx) =>
      tx.query(
        `select from partner_lock l join api_client c on c.tenant_id = l.tenant_id and c.id = l.api_client_id
         where l.tenant_id = $1 and c.client_id = $2 and l.locked_until > now()`,
        [ctx.tenantId, clientId],
      ),
    );
    if (lock) throw new DomainError(InvalidGrant);
    try {
      const answer = await attempt();
      await this.unitOfWork.run(ctx, (tx) =>
        tx.query(
          `delete from partner_lock l using api_client c
           where l.tenant_id = $1 and c.tenant_id = l.tenant_id and c.id = l.api_client_id and c.client_id = $2`,
          [ctx.tenantId, clientId],
        ),
      );
      return answer;
    } catch (error) {
      if (error instanceof DomainError && ['invalid_client', 'invalid_grant'].includes(error.definition.code)) {
        await this.unitOfWork.run(ctx, (tx) =>
          tx.query(
            `insert into partner_lock as l (tenant_id, api_client_id, failures)
             select tenant_id, id, 1 from api_client where tenant_id = $1 and client_id = $2
             on conflict (tenant_id, api_client_id) do update set
               failures = case when l.locked_until <= now() then 1 else l.failures + 1 end,
               locked_until = case when l.locked_until <= now() then null
                 when l.failures + 1 >= $3 then now() + make_interval(mins => $4) else l.locked_until end`,
            [ctx.tenantId, clientId, MOST_FAILURES, LOCKED_MINUTES],
          ),
        );
      }
      throw error;
    }
  }
}
