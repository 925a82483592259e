import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteSettings } from '../route-settings.js';
import { addressKey } from './caller-address.policy.js';
import type { RateLimits } from './rate-limits.js';

/**
 * Counts a request once it is known who asks: against the limit of that client or person, and against the route's own. Where nobody is
 * known the address counts. Runs after the guard of identity.
 */
export class LimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimits) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { limit } = (request.routeOptions.config ?? {}) as RouteSettings;
    if (limit === 'none') return true;
    const caller = callerOf(request);
    const general = caller === undefined ? undefined : this.limits.spend('client', caller, reply);
    const own = (): void | Promise<void> => (limit ? this.limits.spend(limit, caller ?? addressKey(request.ip), reply) : undefined);
    if (general instanceof Promise) return general.then(own).then(() => true);
    const spent = own();
    return spent instanceof Promise ? spent.then(() => true) : true;
  }
}

/** Keys carry the tenant, so that one tenant's traffic never counts against another's (RTL-03, TEN-08). */
function callerOf({ tallyContext }: FastifyRequest): string | undefined {
  return tallyContext && `${tallyContext.tenantId ?? 'platform'}/${tallyContext.actor.type}/${tallyContext.actor.id}`;
}
