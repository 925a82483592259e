import { CLIENT_SCOPES, isClientScope, type ClientScope } from '@tallystick/identity';
import { contractOperations, type ContractOperation } from '../../../../test/support/contract-watch.js';
import { pathOf } from '../../../../test/support/hostile.js';
import { clientToken, openIntegrator, type Integrator } from '../../../../test/support/integrator.js';
import { startPublicApi, type PublicApi } from '../../../../test/support/public-api.js';

type Secured = ContractOperation & { readonly security?: readonly Readonly<Record<string, readonly string[]>>[] };

const NOBODYS_ID = '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d';
/** What comes with a scope besides itself. */
const BRINGS: Partial<Record<ClientScope, readonly string[]>> = {
  'webhooks:write': ['webhooks:read'],
  'cashback:write': ['cashback:read'],
  'conciliation:write': ['conciliation:read'],
  'claims:write': ['claims:read'],
  'points:read': ['wallets:read', 'tiers:read'],
  'points:write': ['wallets:read', 'wallets:transfer', 'wallets:redeem', 'tiers:read'],
};

/** Which scope the contract asks a client for; undefined where it asks for none. */
const scopeOf = ({ security = [] }: Secured): string | undefined =>
  security.flatMap((way) => ('clientCredentials' in way ? way.clientCredentials! : []))[0];
const operations = (contractOperations('public-api') as Secured[]).filter((operation) => scopeOf(operation) !== undefined);

let api: PublicApi;
let client: Integrator;
const tokens = new Map<ClientScope, string>();
beforeAll(async () => {
  api = await startPublicApi();
  client = await openIntegrator(api.app);
  for (const scope of CLIENT_SCOPES) tokens.set(scope, await clientToken(api.app, client, scope));
});
afterAll(() => api?.close());

const call = (operation: Secured, token: string) =>
  api.app.nest.inject({
    method: operation.method as 'GET',
    url: pathOf(operation, NOBODYS_ID),
    headers: { authorization: `Bearer ${token}` },
    ...(operation.requestBody && { payload: {} }),
  });

describe('what the contract says of scopes is what is enforced (OAU-08)', () => {
  it('it knows operations, and no scope that clients cannot have', () => {
    expect(operations.length).toBeGreaterThan(25);
    expect(operations.map((operation) => scopeOf(operation)!).filter((scope) => !isClientScope(scope))).toEqual([]);
  });

  it.each(operations.map((operation) => [operation.operationId, scopeOf(operation)!, operation] as const))(
    '%s needs %s and nothing else',
    async (_, needed, operation) => {
      for (const [scope, token] of tokens) {
        const answer = await call(operation, token);
        const allowed = scope === needed || BRINGS[scope]?.includes(needed) === true;
        const denied = answer.statusCode === 403 && answer.json<{ code: string }>().code === 'permission_denied';
        expect([scope, allowed]).toEqual([scope, !denied]);
        if (!allowed) expect(answer.headers['www-authenticate']).toBe(`Bearer error="insufficient_scope", scope="${needed}"`);
      }
    },
  );

  it('a token has no scope that its client lacks', async () => {
    const narrow = await openIntegrator(api.app, { ctx: client.ctx, scopes: ['members:read'] });
    await expect(clientToken(api.app, narrow, 'members:read points:write')).rejects.toThrow(/invalid_scope/);
    const answer = await api.app.nest.inject({ method: 'GET', url: '/api/v1/wallets', headers: narrow.headers });
    expect(answer.statusCode).toBe(403);
  });
});
