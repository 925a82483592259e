import { createHmac, type KeyObject } from 'node:crypto';
import { AccessTokenSigner, CLIENT_SCOPES, permissionsOfRole, permissionsOfScopes, type Permission } from '@tallystick/identity';
import { AUTHENTICATED, dialectAt, OWN_MEMBER, SIGNED_IN, UnitOfWork, type AppName } from '@tallystick/platform';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { contractOperations, contractsOf, type ContractOperation } from './contract-watch.js';
import type { TestApp } from './http-app.js';
import { surfaceOf } from './surface.js';

/** Who calls, each by an access token. */
export interface Callers {
  /** A token of a client of the tenant with every scope. */
  readonly token: string;
  /** A token of a client of the tenant with every scope but that of `permission`. */
  clientWithout(permission: string): Promise<string>;
  /** A token of a client of the tenant that may call from other networks only. */
  readonly elsewhere: string;
  /** A token that its client has given back. */
  readonly revoked: string;
  /** A token of a person who is no more than a member. */
  readonly member: string;
  /** A token of a member of the tenant, who acts for themselves, and owns nothing of `Matrix.othersRows`. */
  readonly acting: string;
  /** A token of another tenant's admin. */
  readonly neighbor: string;
}

/** What is tried, and on whose rows. */
export interface Matrix {
  readonly app: TestApp;
  readonly callers: Callers;
  /** Ids and names of rows of the tenant, none of which its neighbor may ever see; fit for a path. */
  readonly rows: readonly string[];
  /** Those of the ids that belong to other members than the one who acts. */
  readonly othersRows: readonly string[];
}

type Operation = ContractOperation & { readonly 'x-permission'?: string; readonly 'x-for-members'?: true };

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/**
 * Calls every operation of an app's contracts, those of its dialects with them, as everyone who has no business there, and expects the documented refusal; and every one as
 * another tenant's admin with this tenant's ids, and expects to see none of its rows (AZN-01, AZN-02, OAU-03, OAU-05, C10.4).
 */
export function describeAccessMatrix(name: AppName, matrix: () => Matrix): void {
  const operations = contractsOf(name).flatMap(contractOperations) as Operation[];
  const guarded = operations.filter((operation) => operation['x-permission'] !== undefined);
  const named = (list: Operation[]) => list.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);

  it('has operations to guard and rows to hide', () => {
    expect(guarded.length).toBeGreaterThan(5);
    expect(matrix().rows.length).toBeGreaterThan(20);
  });

  it.each(named(guarded))('%s refuses whoever shows no good token', async (_, operation) => {
    const { app, callers } = matrix();
    const { token } = callers;
    const { expected, heard } = surfaceOf(name, operation);
    const told = async (headers: Record<string, string>) => heard(await call(app, operation, { headers }));
    expect(await told({})).toEqual(expected('not_authenticated'));
    expect(await told(bearer(await signedByUs(app, token, { exp: now() - 1 })))).toEqual(expected('token_expired'));
    for (const forged of [unsigned(token), tampered(token), keyedByPublicText(token), callers.revoked])
      expect(await told(bearer(forged))).toEqual(expected('authentication_failed'));
  });

  it.each(named(guarded))('%s refuses a client that calls from elsewhere', async (_, operation) => {
    const { app, callers } = matrix();
    const { expected, heard } = surfaceOf(name, operation);
    expect(heard(await call(app, operation, { headers: bearer(callers.elsewhere) }))).toEqual(expected('network_not_allowed'));
  });

  it.each(named(guarded.filter((operation) => operation['x-permission'] === SIGNED_IN)))('%s refuses API clients', async (_, operation) => {
    const { app, callers } = matrix();
    const { expected, heard } = surfaceOf(name, operation);
    expect(heard(await call(app, operation, { headers: bearer(callers.token) }))).toEqual(expected('permission_denied'));
  });

  it.each(named(guarded.filter((operation) => !operation['x-for-members'])))('%s is not for members', async (_, operation) => {
    const { app, callers } = matrix();
    const { expected, heard } = surfaceOf(name, operation);
    expect(heard(await call(app, operation, { headers: bearer(callers.acting) }))).toEqual(expected('permission_denied'));
  });

  it.each(named(guarded.filter((operation) => operation['x-for-members'])))('%s shows a member nothing of others', async (_, operation) => {
    const { app, callers, othersRows } = matrix();
    const headers = bearer(callers.acting);
    expect(othersRows.length).toBeGreaterThan(2);
    const found: string[] = [];
    const look = async (given: { row?: string; body?: unknown }, mayPass: boolean): Promise<void> => {
      const answer = await call(app, operation, { headers, ...given });
      const said = JSON.stringify(given);
      if (!mayPass && !REFUSALS.includes(answer.statusCode)) found.push(`${answer.statusCode} for ${said}: ${answer.body.slice(0, 200)}`);
      for (const row of othersRows) if (answer.body.includes(row) && !said.includes(row)) found.push(`${row} in the answer to ${said}`);
    };
    for (const row of /\{\w+\}/.test(operation.path) ? othersRows : [undefined]) await look({ row }, row === undefined);
    for (const body of bodiesNaming(exampleOf(operation), othersRows)) await look({ body }, true);
    expect(found).toEqual([]);
  });

  const forMembersAlone = guarded.filter((operation) => operation['x-permission'] === OWN_MEMBER);
  if (forMembersAlone.length > 0) {
    it.each(named(forMembersAlone))('%s is for members alone', async (_, operation) => {
      const { app, callers } = matrix();
      const { expected, heard } = surfaceOf(name, operation);
      for (const token of [callers.token, callers.member])
        expect(heard(await call(app, operation, { headers: bearer(token) }))).toEqual(expected('permission_denied'));
    });
  }

  it.each(named(guarded.filter((operation) => ![SIGNED_IN, AUTHENTICATED, OWN_MEMBER].includes(operation['x-permission']!))))(
    '%s refuses who lacks the permission it names',
    async (_, operation) => {
      const { app, callers } = matrix();
      const permission = operation['x-permission'] as Permission;
      const { expected, heard } = surfaceOf(name, operation);
      const denied = expected('permission_denied');
      if (!permissionsOfRole('member').includes(permission))
        expect(heard(await call(app, operation, { headers: bearer(callers.member) }))).toEqual(denied);
      const narrow = (permissionsOfScopes(CLIENT_SCOPES) as readonly string[]).includes(permission)
        ? await callers.clientWithout(permission)
        : callers.token;
      expect(heard(await call(app, operation, { headers: bearer(narrow) }))).toEqual(denied);
    },
  );

  const signingOutLast = [...operations].sort((a, b) => Number(ENDS_SESSION.test(a.path)) - Number(ENDS_SESSION.test(b.path)));
  it.each(named(signingOutLast))("%s shows another tenant's admin none of this tenant's rows", async (_, operation) => {
    const { app, callers, rows } = matrix();
    const headers = bearer(callers.neighbor);
    const placed = /\{\w+\}/.test(operation.path) ? rows : [undefined];
    const found: string[] = [];
    const surface = surfaceOf(name, operation);
    const look = async (given: { row?: string; body?: unknown }, mayPass: boolean): Promise<void> => {
      const answer = await call(app, operation, { headers, ...given });
      const named = JSON.stringify(given);
      const refused = dialectAt(name, operation.path) ? surface.refuses(answer) : REFUSALS.includes(answer.statusCode);
      if (!mayPass && !refused) found.push(`${answer.statusCode} for ${named}: ${answer.body.slice(0, 200)}`);
      for (const row of rows) if (answer.body.includes(row) && !named.includes(row)) found.push(`${row} in the answer to ${named}`);
    };
    for (const row of placed) await look({ row }, row === undefined || isPublic(operation));
    for (const body of bodiesNaming(exampleOf(operation), rows)) await look({ body }, isPublic(operation));
    expect(found).toEqual([]);
  });
}

/** What may be said of a row that is another tenant's: nothing but that it is not there, or that the request is no good. */
const REFUSALS = [400, 403, 404];

/** Once called, the caller is signed out. */
const ENDS_SESSION = /\/auth\/(session\/)?logout$/;

const isPublic = (operation: Operation): boolean => operation['x-permission'] === undefined;
const now = (): number => Math.floor(Date.now() / 1_000);

function exampleOf({ requestBody }: Operation): unknown {
  return requestBody?.content['application/json']?.example;
}

/** Sends a request that is right in form: the example of the contract, or `body`, with `row` for every parameter of the path. */
async function call(
  app: TestApp,
  operation: Operation,
  { headers, row = '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d', body }: { headers: Record<string, string>; row?: string; body?: unknown },
) {
  const [type] = Object.keys(operation.requestBody?.content ?? {});
  const payload = type === undefined ? undefined : written(type, body ?? exampleOf(operation));
  return app.nest.inject({
    method: operation.method as 'GET',
    url: operation.path.replace(/\{\w+\}/g, encodeURIComponent(row)),
    headers: { ...headers, ...(payload !== undefined && { 'content-type': type === MULTIPART ? `${MULTIPART}; boundary=edge` : type }) },
    ...(payload !== undefined && { payload }),
  });
}

const MULTIPART = 'multipart/form-data';

function written(type: string, body: unknown): string {
  if (type === MULTIPART)
    return '--edge\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\ncontent-type: image/png\r\n\r\nx\r\n--edge--\r\n';
  if (type === 'application/json') return JSON.stringify(body ?? {});
  return new URLSearchParams(Object.entries((body ?? {}) as Record<string, string>)).toString();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The example with each of its ids, at any depth, replaced by each row. What the example itself says is the caller's own: a key that two tenants chose alike. */
function* bodiesNaming(example: unknown, rows: readonly string[]): Generator<unknown> {
  if (typeof example !== 'object' || example === null) return;
  for (const [name, member] of Object.entries(example)) {
    const others = typeof member === 'string' && UUID.test(member) ? rows.filter((row) => row !== member) : bodiesNaming(member, rows);
    for (const other of others)
      yield Array.isArray(example) ? Object.assign([...(example as unknown[])], { [name]: other }) : { ...example, [name]: other };
  }
}

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function unsigned(token: string): string {
  return `${base64({ ...decodeProtectedHeader(token), alg: 'none' })}.${token.split('.')[1]}.`;
}

function tampered(token: string): string {
  const [header, , signature] = token.split('.');
  return `${header}.${base64({ ...decodeJwt(token), scope: 'points:write members:write' })}.${signature}`;
}

function keyedByPublicText(token: string): string {
  const content = `${base64({ ...decodeProtectedHeader(token), alg: 'HS256' })}.${token.split('.')[1]}`;
  return `${content}.${createHmac('sha256', 'public').update(content).digest('base64url')}`;
}

/** The same token with other claims, signed by the platform's own key. */
async function signedByUs(app: TestApp, token: string, claims: object): Promise<string> {
  const signer = app.nest.get(AccessTokenSigner, { strict: false });
  const ctx = { tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'test-0001', clockOffsetMs: 0 } as const;
  await app.nest.get(UnitOfWork, { strict: false }).platform(ctx, (tx) => signer.sign(tx, { subject: 'x', clientId: 'x', tenantId: null }));
  const { kid, key } = (signer as unknown as { current: { kid: string; key: KeyObject } }).current;
  return new SignJWT({ ...decodeJwt(token), ...claims }).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid }).sign(key);
}
