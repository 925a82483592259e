import { randomUUID } from 'node:crypto';
import type { TenantContext } from '@tallystick/kernel';
import {
  AccessTokenSigner,
  CLIENT_SCOPES,
  CreateApiClient,
  MEMBER_CLIENT,
  permissionsOfScopes,
  type NewApiClient,
  type TenantRole,
} from '@tallystick/identity';
import { EnrollMembers, PostPoints } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import { decodeJwt } from 'jose';
import { contractOperations, contractsOf } from './contract-watch.js';
import type { Callers, Matrix } from './access-matrix.js';
import { openUnitOfWork, type TestDatabase } from './database.js';
import type { TestApp } from './http-app.js';
import { openPerson, openTenant } from './identity.js';
import { earnFact, openProgram } from './loyalty.js';

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Two tenants side by side: one whose rows are looked for, filled by every write of the contract, and its neighbor. */
export async function openAccessMatrix(database: TestDatabase, app: TestApp): Promise<Matrix> {
  const uow = app.nest.get(UnitOfWork, { strict: false });
  const ctx = await openTenant(uow, { currency: 'USD' });
  const neighbor = await openTenant(uow, { currency: 'USD' });
  const [program] = await Promise.all([ctx, neighbor].map((tenant) => openProgram(uow, tenant, {}, 2)));
  const { enrolled } = await uow.run(ctx, (tx) => app.nest.get(EnrollMembers, { strict: false }).execute(tx, ['ACTING-MEMBER'], program!));
  const own = enrolled[0]!.id;
  await giveOthersPoints(app, uow, ctx);
  const callers = await openCallers(app, uow, ctx, neighbor, own);
  const admin = await signIn(app, uow, ctx, 'tenant_admin');
  for (const token of [callers.token, admin]) await writeEverything(app, token);
  const rows = [...(await idsOf(database, ctx.tenantId)), 'ALPHA-REFERENCE', 'ALPHA-BATCH'];
  return { app, callers, rows, othersRows: await idsOfOthers(uow, ctx, own) };
}

/** Two other members with points, one of whom has sent some to the member who acts: whatever of them the app's own operations can make. */
async function giveOthersPoints(app: TestApp, uow: UnitOfWork, ctx: TenantContext): Promise<void> {
  const post = app.nest.get(PostPoints, { strict: false });
  await uow.run(ctx, (tx) => post.execute(tx, [earnFact('OTHER-MEMBER', 100), earnFact('ANOTHER-MEMBER', 50)]));
  const [from, to] = [{ reference: 'OTHER-MEMBER' }, { reference: 'ACTING-MEMBER' }];
  const source = { channel: 'test', requestId: 'test-request' };
  await uow.run(ctx, (tx) => post.execute(tx, [{ kind: 'transfer', source, from, to, points: 10 }]));
}

/** Members, wallets and transactions of the tenant that are not one member's. */
async function idsOfOthers(uow: UnitOfWork, ctx: TenantContext, own: string): Promise<string[]> {
  const rows = await uow.read(ctx, (tx) =>
    tx.query<{ id: string }>(
      `select id from member where tenant_id = $1 and id <> $2
       union select id from ledger_account where tenant_id = $1 and owner_type = 'member' and owner_id <> $2
       union select t.id from ledger_transaction t join ledger_account a on a.tenant_id = $1 and a.id = t.account_id
         left join ledger_account c on c.tenant_id = $1 and c.id = t.counter_account_id
         where t.tenant_id = $1 and a.owner_id <> $2 and c.owner_id is distinct from $2`,
      [ctx.tenantId, own],
    ),
  );
  return rows.map(({ id }) => id);
}

async function openCallers(app: TestApp, uow: UnitOfWork, ctx: TenantContext, neighbor: TenantContext, own: string): Promise<Callers> {
  const open = async (given: Partial<NewApiClient> = {}): Promise<string> => {
    const scopes = given.scopes ?? CLIENT_SCOPES;
    const { clientId } = await uow.run(ctx, (tx) => new CreateApiClient().execute(tx, { name: 'Core banking', ...given, scopes }));
    const signer = app.nest.get(AccessTokenSigner, { strict: false });
    return uow.run(ctx, (tx) => signer.sign(tx, { subject: clientId, clientId, tenantId: ctx.tenantId, scope: scopes }));
  };
  const narrow = new Map<string, Promise<string>>();
  const revoked = await open();
  await takeBack(uow, ctx, revoked);
  return {
    token: await open(),
    elsewhere: await open({ networks: ['203.0.113.0/24', '2001:db8::/48'] }),
    revoked,
    member: await signIn(app, uow, ctx, 'member'),
    acting: await uow.run(ctx, (tx) =>
      app.nest.get(AccessTokenSigner, { strict: false }).sign(tx, { subject: own, clientId: MEMBER_CLIENT, tenantId: ctx.tenantId }),
    ),
    neighbor: await signIn(app, uow, neighbor, 'tenant_admin'),
    clientWithout(permission) {
      const scopes = CLIENT_SCOPES.filter((scope) => !(permissionsOfScopes([scope]) as readonly string[]).includes(permission));
      if (!narrow.has(permission)) narrow.set(permission, open({ scopes }));
      return narrow.get(permission)!;
    },
  };
}

async function takeBack(uow: UnitOfWork, { ...ctx }: TenantContext, token: string): Promise<void> {
  const { jti, exp, sub } = decodeJwt(token);
  await uow.run(ctx, (tx) =>
    tx.query(
      `insert into revoked_access_token (tenant_id, token_id, api_client_id, expires_at)
       select $1, $2, id, to_timestamp($3) from api_client where tenant_id = $1 and client_id = $4`,
      [ctx.tenantId, jti, exp, sub],
    ),
  );
}

async function signIn(app: TestApp, uow: UnitOfWork, ctx: TenantContext, role: TenantRole): Promise<string> {
  const { email: username, password } = await openPerson(uow, ctx, role);
  const answer = await app.nest.inject({ method: 'POST', url: '/api/v1/auth/token', payload: { username, password } });
  if (answer.statusCode !== 200) throw new Error(`no token: ${answer.body}`);
  return answer.json<{ data: { access_token: string } }>().data.access_token;
}

/** Rows of many kinds: what the examples of the contract make, under names of the tenant's own where there is a name. */
async function writeEverything(app: TestApp, token: string): Promise<void> {
  const send = (url: string, payload: object) => app.nest.inject({ method: 'POST', url, headers: bearer(token), payload });
  await send('/api/v1/members', { reference: 'ALPHA-REFERENCE', full_name: 'Asha Rao', email: 'asha@example.com' });
  await send('/api/v1/points/earn', { member_reference: 'ALPHA-REFERENCE', reference: randomUUID(), points: 1_000 });
  await send('/api/v1/points/batches', {
    request_id: 'ALPHA-BATCH',
    items: [
      { id: randomUUID(), member_reference: 'ALPHA-REFERENCE', amount: '10.00', currency: 'USD', occurred_at: new Date().toISOString() },
    ],
  });
  for (const { method, path, requestBody } of contractsOf(app.ground.app).flatMap(contractOperations)) {
    const example = requestBody?.content['application/json']?.example;
    if (method === 'POST' && !path.includes('{') && !/\/auth\//i.test(path) && example) await send(path, example as object);
  }
}

/** Every id in every row of a tenant. */
async function idsOf(database: TestDatabase, tenantId: string): Promise<string[]> {
  const owner = await openUnitOfWork(database.ownerUrl);
  try {
    const tables = await owner.dataSource.query<{ name: string }[]>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'`,
    );
    const ids = new Set<string>();
    for (const { name } of tables) {
      const rows = await owner.dataSource.query<{ value: string }[]>(
        `select distinct part.value from ${name} r, jsonb_each_text(to_jsonb(r)) as part (name, value)
         where r.tenant_id = $1 and part.value ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'`,
        [tenantId],
      );
      for (const { value } of rows) ids.add(value);
    }
    return [...ids];
  } finally {
    await owner.close();
  }
}
