import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { writeRequest, type WriteRequest } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { refuse } from './gafapay.codes.js';
import { fromHex } from './gafapay.ids.js';

/** Headers that stand with every call, for the contract. */
export const COMPANY_HEADER = {
  name: 'companyid',
  required: true,
  description: 'The id of the company: our tenant. It must be that of the token.',
  schema: { type: 'string', pattern: '^[0-9a-fA-F-]{32,36}$' },
} as const;
export const REQUEST_HEADER = {
  name: 'requestid',
  required: true,
  description: 'Yours, of this request: the same again with the same content gets the same answer.',
  schema: { type: 'string', minLength: 1, maxLength: 100 },
} as const;

const requestOf = (host: ExecutionContext): FastifyRequest => host.switchToHttp().getRequest<FastifyRequest>();

/** Parameter: the context of the caller, whose company the header must name (C10.4). Throws `UNAUTHORIZED` for another company. */
export const CompanyCtx = createParamDecorator((_: unknown, host: ExecutionContext): TenantContext => {
  const { headers, tallyContext } = requestOf(host);
  const { companyid } = headers;
  if (typeof companyid !== 'string')
    throw refuse('REWARD_PROMOTION_INVALID_REQUEST', { errors: { companyid: ['This header is required.'] } });
  if (!tallyContext?.tenantId || fromHex(companyid) !== tallyContext.tenantId) throw refuse('UNAUTHORIZED');
  return tallyContext as TenantContext;
});

/** A request under its `requestid`. */
export interface GafapayRequest extends WriteRequest {
  readonly requestid: string;
}

/** Parameter: the request as the idempotency engine sees it; its key is the `requestid`, of one user at one endpoint (C5.10). */
export const RequestId = createParamDecorator((_: unknown, host: ExecutionContext): GafapayRequest => {
  const request = requestOf(host);
  const { requestid } = request.headers;
  if (typeof requestid !== 'string' || requestid.length === 0 || requestid.length > 100)
    throw refuse('REWARD_PROMOTION_INVALID_REQUEST', { errors: { requestid: ['This header is required, of at most 100 characters.'] } });
  const said = writeRequest(request);
  const user = (request.body as { user_id?: unknown } | null)?.user_id;
  return { ...said, requestid, key: `${said.path} ${typeof user === 'string' ? fromHex(user) : ''} ${requestid}` };
});
