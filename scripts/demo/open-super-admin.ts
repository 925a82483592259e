import { randomBytes } from 'node:crypto';
import { CreateUser, MfaFactors, Passwords, SetPassword, toBase32, TOTP_SECRET_BYTES } from '@tallystick/identity';
import { requestContext, type PlatformContext } from '@tallystick/kernel';
import { DEMO, type DemoFacts, type DemoGround } from './demo.js';

type SuperAdmin = Pick<DemoFacts, 'super_admin_username' | 'super_admin_password' | 'super_admin_totp_secret'>;

const platform: PlatformContext = requestContext({ tenantId: null, actor: { type: 'system', id: 'seed' }, requestId: 'demo-seed' });

/** A super admin of the platform, whose role needs a second factor: its secret is part of the demo. A known one gets both anew. */
export async function openSuperAdmin({ uow, keyring }: DemoGround): Promise<SuperAdmin> {
  const passwords = new Passwords();
  const [password, secret] = [randomBytes(15).toString('base64url'), randomBytes(TOTP_SECRET_BYTES)];
  await uow.platform(platform, async (tx) => {
    const email = DEMO.superAdminUsername;
    const [known] = await tx.query<{ id: string }>('select id from user_account where email = $1', [email]);
    const userId =
      known?.id ?? (await new CreateUser(passwords).execute(tx, { email, fullName: 'Demo Super Admin', password, emailVerified: true }));
    if (known) await new SetPassword(passwords).execute(tx, { userId, password });
    await tx.query(`insert into platform_role (user_id, role) values ($1, 'super_admin') on conflict do nothing`, [userId]);
    await new MfaFactors(keyring).enable(tx, userId, secret);
  });
  return { super_admin_username: DEMO.superAdminUsername, super_admin_password: password, super_admin_totp_secret: toBase32(secret) };
}

/** Whether these are the super admin's password and secret in this database. */
export async function isSuperAdmin({ uow, keyring }: DemoGround, known: Partial<SuperAdmin>): Promise<boolean> {
  const found = await uow.platform(platform, async (tx) => {
    const [row] = await tx.query<{ id: string; password_hash: string }>(
      `select u.id, u.password_hash from user_account u join platform_role p on p.user_id = u.id where u.email = $1 and p.role = 'super_admin'`,
      [known.super_admin_username ?? ''],
    );
    return row && { hash: row.password_hash, secret: (await new MfaFactors(keyring).lock(tx, row.id)).secret };
  });
  const isPassword = await new Passwords().verify(found?.hash, known.super_admin_password ?? '');
  return isPassword && found?.secret !== null && found?.secret !== undefined && toBase32(found.secret) === known.super_admin_totp_secret;
}
