import type { FastifyInstance } from 'fastify';
import type { RouteSettings } from '../route-settings.js';
import { addressKey, callerAddress, type IsProxy } from './caller-address.policy.js';
import type { RateLimits } from './rate-limits.js';

/** From here on `request.ip` is the address of whoever calls, through the configured proxies and in its plain form. */
export function findCallers(instance: FastifyInstance, isProxy: IsProxy): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    const { ip, headers } = request;
    const caller = callerAddress(ip, headers['x-forwarded-for'], isProxy);
    if (caller !== ip) Object.defineProperty(request, 'ip', { value: caller });
    done();
  });
}

/** Counts every request against the limit of its address, before anything is done for it; known routes may be exempt. */
export function limitAddresses(instance: FastifyInstance, limits: RateLimits): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const { limit } = (request.routeOptions?.config ?? {}) as RouteSettings;
    if (limit === 'none') return done();
    try {
      const spent = limits.spend('address', addressKey(request.ip), reply);
      if (spent instanceof Promise) return void spent.then(() => done(), done);
    } catch (error) {
      return done(error as Error);
    }
    done();
  });
  instance.addHook('onClose', () => limits.close());
}
