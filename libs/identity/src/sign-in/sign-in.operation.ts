import { Injectable } from '@nestjs/common';
import { requestContext, type RequestContext } from '@tallystick/kernel';
import { UnitOfWork, type WriteTx } from '@tallystick/platform';
import { ACCESS_TOKEN_SECONDS, AccessTokenSigner, OWN_CLIENT } from '../access/access-token-signer.js';
import { AuthenticationFailed } from '../identity.errors.js';
import { Passwords } from '../passwords/passwords.js';
import { FindUserProfile, type UserProfile } from '../people/user-profile.query.js';
import { Sessions } from '../sessions/sessions.js';

/** Who wants to sign in, and where to. */
export interface SignInInput {
  /** The e-mail address. */
  readonly username: string;
  readonly password: string;
  /** Slug of the tenant; left out, people of the platform sign in there, others to the first active tenant they were admitted to. */
  readonly tenant?: string;
}

/** A person signed in. */
export interface SignedIn {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly user: UserProfile;
}

type PlatformContext = RequestContext & { readonly tenantId: null };

/**
 * Signs a person in with their password. Throws `authentication_failed` whatever is wrong: account, password, state or tenant, after the
 * same work (AUT-03).
 *
 * Unlike other operations it opens its transactions itself: the password is checked between two, for a slow hash that held a connection
 * would let a flood of sign-ins take all of them.
 */
@Injectable()
export class SignIn {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passwords: Passwords,
    private readonly signer: AccessTokenSigner,
    private readonly findUserProfile: FindUserProfile,
    private readonly sessions: Sessions,
  ) {}

  async execute(requestId: string, { username, password, tenant }: SignInInput): Promise<SignedIn> {
    const anonymous = requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId } as const);
    const account = await this.unitOfWork.platform(anonymous, (tx) => this.findAccount(tx, username.toLowerCase()));
    const right = await this.passwords.verify(account?.password_hash, password);
    if (!account || !right || account.status !== 'active') throw AuthenticationFailed.with();
    const person = requestContext({ tenantId: null, actor: { type: 'user', id: account.id }, requestId } as const);
    return this.unitOfWork.platform(person, (tx) => this.admit(tx, account.id, tenant));
  }

  private async findAccount(
    tx: WriteTx<PlatformContext>,
    email: string,
  ): Promise<{ id: string; password_hash: string; status: string } | undefined> {
    const [row] = await tx.query<{ id: string; password_hash: string; status: string }>(
      'select id, password_hash, status from user_account where email = $1',
      [email],
    );
    return row;
  }

  private async admit(tx: WriteTx<PlatformContext>, userId: string, slug: string | undefined): Promise<SignedIn> {
    const tenantId = await this.chooseTenant(tx, userId, slug);
    if (tenantId === undefined) throw AuthenticationFailed.with();
    await tx.query('update user_account set last_login_at = now() where id = $1', [userId]);
    const user = await this.findUserProfile.find(tx, userId, tenantId);
    if (!user) throw AuthenticationFailed.with();
    const { id: sessionId } = await this.sessions.open(tx, { userId, tenantId, role: user.role, kind: 'token', mfaPassed: false });
    const accessToken = await this.signer.sign(tx, { subject: userId, clientId: OWN_CLIENT, tenantId, sessionId });
    return { accessToken, expiresIn: ACCESS_TOKEN_SECONDS, user };
  }

  /** The tenant to sign in to, null for the platform, undefined when there is nowhere to go. */
  private async chooseTenant(tx: WriteTx<PlatformContext>, userId: string, slug: string | undefined): Promise<string | null | undefined> {
    const [row] = await tx.query<{ tenant_id: string | null }>(
      `select tenant_id from (
         select null::uuid as tenant_id, null::timestamptz as since from platform_role
           where user_id = $1 and status = 'active' and $2::text is null
         union all
         select m.tenant_id, m.created_at from tenant_user m join tenant t on t.id = m.tenant_id
         where m.user_id = $1 and m.status = 'active' and t.status = 'active' and ($2::text is null or t.slug = $2)
       ) as place order by since nulls first, tenant_id limit 1`,
      [userId, slug ?? null],
    );
    return row?.tenant_id;
  }
}
