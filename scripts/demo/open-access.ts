import { randomBytes } from 'node:crypto';
import {
  AssignTenantRole,
  CLIENT_SCOPES,
  CreateApiClient,
  CreateUser,
  Passwords,
  SetPassword,
  type CreatedApiClient,
} from '@tallystick/identity';
import { DEMO, demoContext, type DemoFacts, type DemoGround } from './demo.js';

type Access = Omit<DemoFacts, 'tenant_slug' | 'currency' | 'member_id' | 'member_reference'>;

/** An API client in each tenant, and an admin of both, with a password made for this demo; a known admin gets a new one. */
export async function openAccess({ uow }: DemoGround): Promise<Access> {
  const client = (tenantId: string): Promise<CreatedApiClient> =>
    uow.run(demoContext(tenantId), (tx) => new CreateApiClient().execute(tx, { name: 'Demo core banking', scopes: CLIENT_SCOPES }));
  const live = await client(DEMO.liveId);
  const sandbox = await client(DEMO.sandboxId);
  const password = randomBytes(15).toString('base64url');
  const passwords = new Passwords();
  await uow.run(demoContext(DEMO.liveId), async (tx) => {
    const [known] = await tx.query<{ id: string }>('select id from user_account where email = $1', [DEMO.adminUsername]);
    if (known) return new SetPassword(passwords).execute(tx, { userId: known.id, password });
    const userId = await new CreateUser(passwords).execute(tx, { email: DEMO.adminUsername, fullName: 'Demo Admin', password });
    return new AssignTenantRole().execute(tx, { userId, role: 'tenant_admin' });
  });
  return {
    client_id: live.clientId,
    client_secret: live.clientSecret,
    sandbox_client_id: sandbox.clientId,
    sandbox_client_secret: sandbox.clientSecret,
    admin_username: DEMO.adminUsername,
    admin_password: password,
  };
}
