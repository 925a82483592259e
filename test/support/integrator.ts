import type { TenantContext } from '@tallystick/kernel';
import { CLIENT_SCOPES, type CreatedApiClient } from '@tallystick/identity';
import { UnitOfWork } from '@tallystick/platform';
import type { NewTenant } from '@tallystick/tenancy';
import type { TestApp } from './http-app.js';
import { openApiClient, openTenant } from './identity.js';

/** A server of a tenant, with a token that it got over HTTP. */
export interface Integrator extends CreatedApiClient {
  readonly ctx: TenantContext;
  readonly token: string;
  /** The header that goes with its requests. */
  readonly headers: { readonly authorization: string };
}

/** Gets a token for a client from the token endpoint of a running public API. */
export async function clientToken(app: TestApp, { clientId, clientSecret }: CreatedApiClient, scope?: string): Promise<string> {
  const payload = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
  const answer = await app.nest.inject({ method: 'POST', url: '/api/v1/oauth/token', payload });
  if (answer.statusCode !== 200) throw new Error(`no token: ${answer.statusCode} ${answer.body}`);
  return answer.json<{ access_token: string }>().access_token;
}

/** Opens a tenant of its own, unless one is given, with a client of these scopes that has signed in. */
export async function openIntegrator(
  app: TestApp,
  given: { ctx?: TenantContext; tenant?: Partial<NewTenant>; scopes?: readonly string[] } = {},
): Promise<Integrator> {
  const uow = app.nest.get(UnitOfWork, { strict: false });
  const ctx = given.ctx ?? (await openTenant(uow, given.tenant));
  const client = await openApiClient(uow, ctx, given.scopes ?? CLIENT_SCOPES);
  const token = await clientToken(app, client);
  return { ...client, ctx, token, headers: { authorization: `Bearer ${token}` } };
}
