import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { OpsTokenNeeded } from '../platform.errors.js';
import { CONFIG } from '../platform.module.js';
import { accessOf, OPS } from './access.js';
import { isOpsToken } from './ops-token.js';

/** Lets operators in by the ops token, on routes of the permission `ops`; public routes are open, any other is closed. */
@Injectable()
export class OpsGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(context.getHandler(), context.getClass());
    if (access && 'public' in access) return true;
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (access?.permission === OPS && isOpsToken(authorization, this.config.opsToken)) return true;
    throw OpsTokenNeeded.with();
  }
}
