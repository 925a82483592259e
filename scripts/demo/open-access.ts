import { randomBytes } from 'node:crypto';
import {
  AssignTenantRole,
  CLIENT_SCOPES,
  CreateApiClient,
  CreateUser,
  isClientSecret,
  Passwords,
  SetPassword,
  type CreatedApiClient,
} from '@tallystick/identity';
import type { WriteTx } from '@tallystick/platform';
import { DEMO, demoContext, type DemoFacts, type DemoGround } from './demo.js';

type Access = Pick<
  DemoFacts,
  | 'client_id'
  | 'client_secret'
  | 'sandbox_client_id'
  | 'sandbox_client_secret'
  | 'admin_username'
  | 'admin_password'
  | 'approver_username'
  | 'approver_password'
>;

/**
 * An API client in each tenant, and two admins of both, for what one starts the other approves; with passwords made for this demo, and new
 * ones for known admins.
 */
export async function openAccess({ uow }: DemoGround): Promise<Access> {
  const client = (tenantId: string): Promise<CreatedApiClient> =>
    uow.run(demoContext(tenantId), (tx) => new CreateApiClient().execute(tx, { name: 'Demo core banking', scopes: CLIENT_SCOPES }));
  const live = await client(DEMO.liveId);
  const sandbox = await client(DEMO.sandboxId);
  const admin = async (email: string, fullName: string): Promise<string> => {
    const password = randomBytes(15).toString('base64url');
    const userId = await uow.run(demoContext(DEMO.liveId), (tx) => openAdmin(tx, { email, fullName, password }));
    for (const tenantId of [DEMO.liveId, DEMO.sandboxId])
      await uow.run(demoContext(tenantId), (tx) => new AssignTenantRole().execute(tx, { userId, role: 'tenant_admin' }));
    return password;
  };
  return {
    client_id: live.clientId,
    client_secret: live.clientSecret,
    sandbox_client_id: sandbox.clientId,
    sandbox_client_secret: sandbox.clientSecret,
    admin_username: DEMO.adminUsername,
    admin_password: await admin(DEMO.adminUsername, 'Demo Admin'),
    approver_username: DEMO.approverUsername,
    approver_password: await admin(DEMO.approverUsername, 'Demo Approver'),
  };
}

async function openAdmin(
  tx: WriteTx,
  { email, fullName, password }: { email: string; fullName: string; password: string },
): Promise<string> {
  const passwords = new Passwords();
  const [known] = await tx.query<{ id: string }>('select id from user_account where email = $1', [email]);
  if (!known) return new CreateUser(passwords).execute(tx, { email, fullName, password, emailVerified: true });
  await new SetPassword(passwords).execute(tx, { userId: known.id, password });
  return known.id;
}

/** Whether these are credentials of this database: the file may be of another one, or a client revoked since. */
export async function isCurrent({ uow }: DemoGround, known: Partial<Access>): Promise<boolean> {
  const isClient = (tenantId: string, clientId = '', secret = ''): Promise<boolean> =>
    uow.read(demoContext(tenantId), async (tx) => {
      const [row] = await tx.query<{ secret_hash: Buffer }>(
        `select secret_hash from api_client where tenant_id = $1 and client_id = $2 and status = 'active'`,
        [tenantId, clientId],
      );
      return isClientSecret(secret, row?.secret_hash);
    });
  const isPerson = async (email = '', password = ''): Promise<boolean> => {
    const [person] = await uow.read(demoContext(DEMO.liveId), (tx) =>
      tx.query<{ password_hash: string }>('select password_hash from user_account where email = $1', [email]),
    );
    return new Passwords().verify(person?.password_hash, password);
  };
  return (
    (await isClient(DEMO.liveId, known.client_id, known.client_secret)) &&
    (await isClient(DEMO.sandboxId, known.sandbox_client_id, known.sandbox_client_secret)) &&
    (await isPerson(known.admin_username, known.admin_password)) &&
    (await isPerson(known.approver_username, known.approver_password))
  );
}
