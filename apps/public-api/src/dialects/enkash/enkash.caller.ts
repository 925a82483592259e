import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { ValidationFailed } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { PartnerMismatch } from './enkash.errors.js';

/** A header that stands with every call of a partner, for the contract. */
export const PARTNER_HEADER = {
  name: 'partnerId',
  required: true,
  description: 'The client id of the token, or the id of its tenant.',
  schema: { type: 'string', minLength: 1, maxLength: 100 },
} as const;

type Called = FastifyRequest & { readonly user?: { readonly subject: string } };

/** Parameter: the context of the caller, whose partner the header must name (C10.4). */
export const PartnerCtx = createParamDecorator((_: unknown, host: ExecutionContext): TenantContext => {
  const { headers, tallyContext, user } = host.switchToHttp().getRequest<Called>();
  const { partnerid } = headers;
  if (typeof partnerid !== 'string') throw ValidationFailed.with({ errors: { partnerId: ['This header is required.'] } });
  const isTenant = partnerid.replaceAll('-', '').toLowerCase() === tallyContext?.tenantId?.replaceAll('-', '');
  if (!tallyContext?.tenantId || !(isTenant || partnerid === user?.subject)) throw new DomainError(PartnerMismatch);
  return tallyContext as TenantContext;
});
