import { randomBytes } from 'node:crypto';
import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import {
  AccessTokenSigner,
  AssignTenantRole,
  AuthenticateClient,
  CreateApiClient,
  CreateUser,
  FindUserProfile,
  identityEntities,
  IssueClientToken,
  Mfa,
  MfaFactors,
  Passcodes,
  Passwords,
  RotateSigningKey,
  Sessions,
  SignInFailures,
  TokenPairs,
  SignIn,
  SignInProofs,
  TokenSettings,
  type CreatedApiClient,
  type TenantRole,
} from '@tallystick/identity';
import { Keyring, Mail, type UnitOfWork } from '@tallystick/platform';
import { CreateOrganization, CreateTenant, tenancyEntities, type NewTenant } from '@tallystick/tenancy';

/** The tables that these acts work on. */
export const accessEntities = [...tenancyEntities, ...identityEntities];

/** A context of the platform itself in a tenant, for arranging a test. */
export const systemContext = (tenantId: string): TenantContext =>
  requestContext({ tenantId, actor: { type: 'system', id: 'test' }, requestId: 'test-0001' });

/** A tenant of a new organization, where nobody needs a second factor unless it is `given`. */
export async function openTenant(uow: UnitOfWork, given: Partial<NewTenant> = {}): Promise<TenantContext> {
  const ctx = systemContext(newId());
  await uow.run(ctx, async (tx) => {
    const organizationId = await new CreateOrganization().execute(tx, { name: 'Test Bank' });
    const slug = `t-${randomBytes(6).toString('hex')}`;
    await new CreateTenant().execute(tx, {
      organizationId,
      slug,
      name: 'Test Bank',
      mode: 'live',
      timezone: 'Asia/Kolkata',
      currency: 'INR',
      mfaRequiredRoles: [],
      ...given,
    });
  });
  return ctx;
}

/** An API client of the tenant of `ctx`. */
export const openApiClient = (uow: UnitOfWork, ctx: TenantContext, scopes: readonly string[]): Promise<CreatedApiClient> =>
  uow.run(ctx, (tx) => new CreateApiClient().execute(tx, { name: 'Core banking', scopes }));

/** The acts of identity as an app wires them, on one master key. */
export function identityActs(uow: UnitOfWork, master: Buffer = randomBytes(32), publicUrl = 'http://127.0.0.1:3001') {
  const keyring = new Keyring([master]);
  const settings = new TokenSettings(publicUrl);
  const rotateSigningKey = new RotateSigningKey(keyring);
  const signer = new AccessTokenSigner(settings, keyring, rotateSigningKey);
  const passwords = new Passwords();
  const mfaFactors = new MfaFactors(keyring);
  const mfa = new Mfa(mfaFactors);
  const failures = new SignInFailures(keyring);
  const passcodes = new Passcodes(uow, keyring, new Mail(keyring));
  return {
    master,
    keyring,
    settings,
    rotateSigningKey,
    signer,
    passwords,
    mfaFactors,
    mfa,
    issueClientToken: new IssueClientToken(signer, new AuthenticateClient()),
    passcodes,
    signIn: new SignIn(
      uow,
      new SignInProofs(passwords, passcodes),
      new TokenPairs(signer),
      new FindUserProfile(),
      new Sessions(),
      failures,
      mfa,
      keyring,
    ),
  };
}

/** A person with a role in the tenant of `ctx`, who signs in with the password of the answer. */
export async function openPerson(
  uow: UnitOfWork,
  ctx: TenantContext,
  role: TenantRole,
): Promise<{ readonly id: string; readonly email: string; readonly password: string }> {
  const [email, password] = [`${randomBytes(6).toString('hex')}@bank.example`, randomBytes(12).toString('base64url')];
  const id = await uow.run(ctx, async (tx) => {
    const userId = await new CreateUser(new Passwords()).execute(tx, { email, fullName: 'Asha Rao', password, emailVerified: true });
    await new AssignTenantRole().execute(tx, { userId, role });
    return userId;
  });
  return { id, email, password };
}

/** A session of a person in a tenant, or on the platform (null); answers its id, for tokens that a test signs itself. */
export const openSession = async (uow: UnitOfWork, userId: string, tenantId: string | null, mfaPassed = true): Promise<string> => {
  const nobody = requestContext({ tenantId: null, actor: { type: 'system', id: 'test' }, requestId: 'test-0001' } as const);
  const session = { userId, tenantId, role: 'member', kind: 'token', mfaPassed } as const;
  return (await uow.platform(nobody, (tx) => new Sessions().open(tx, session))).id;
};
