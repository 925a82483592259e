import { Injectable } from '@nestjs/common';
import { newId, requestContext, type Origin, type RequestContext } from '@tallystick/kernel';
import { Duplicate, UnitOfWork, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { AuthenticationFailed } from '../identity.errors.js';
import { refuseWeakPassword } from '../passwords/password.policy.js';
import { Passwords } from '../passwords/passwords.js';
import { CreateUser } from '../people/create-user.operation.js';
import { InvitationAccepted } from './invitation.acts.js';
import { InvitationInvalid } from './invitation.errors.js';
import { homeOf } from './invitation.js';
import { readInvitationToken } from './invitation-token.policy.js';
import { FindOpenInvitation, OPEN_INVITATION, type OpenInvitation } from './open-invitation.query.js';

/** What the holder of a link sends. */
export interface Acceptance {
  readonly token: string;
  /** Of a new account the password to be, of a known one its password. */
  readonly password: string;
  /** For a new account alone; the inviter's spelling when left out. */
  readonly fullName?: string;
}

/** Who accepted, and what they are now. */
export interface Accepted {
  readonly email: string;
  readonly role: string;
  readonly tenant: OpenInvitation['tenant'];
  readonly accountCreated: boolean;
}

/** Where the request came from. */
export interface Asking {
  readonly requestId: string;
  readonly origin?: Origin;
}

interface Person {
  readonly id: string;
  /** Only of an account to be made. */
  readonly account?: { readonly fullName: string; readonly passwordHash: string };
}

/**
 * Lets the holder of a link into a tenant, or onto the platform. The link proves the address and nothing else: a known account keeps its
 * name and password, and accepts with that password. Nobody is signed in by it, so a second factor is asked for as ever (AUT-07).
 *
 * Opens its transactions itself, like `SignIn`: no connection waits for a slow hash.
 */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly openInvitations: FindOpenInvitation,
    private readonly passwords: Passwords,
    private readonly createUser: CreateUser,
  ) {}

  /** What a link leads to. Throws `invitation_invalid`. */
  async look(asking: Asking, text: string): Promise<OpenInvitation> {
    const token = readInvitationToken(text);
    const found =
      token && (await this.unitOfWork.read(this.context(asking, token.tenantId), (tx) => this.openInvitations.find(tx, token.hash)));
    if (!found) throw InvitationInvalid.with();
    return found;
  }

  /**
   * Throws `invitation_invalid`, `authentication_failed` for a wrong password of a known account (ten void the link), `validation_error`
   * for a name that is missing or may not be given and for a password that is too weak.
   */
  async execute(asking: Asking, { token: text, password, fullName }: Acceptance): Promise<Accepted> {
    const invitation = await this.look(asking, text);
    const { tenantId, hash } = readInvitationToken(text)!;
    const person = invitation.account
      ? await this.recognize(asking, tenantId, invitation, password, fullName)
      : await this.prepare(invitation, password, fullName);
    const ctx = this.context(asking, tenantId, person.id);
    await this.write(ctx, (tx) => this.admit(tx, invitation, hash, person));
    const { email, role, tenant } = invitation;
    return { email, role, tenant, accountCreated: person.account !== undefined };
  }

  private async recognize(
    asking: Asking,
    tenantId: string | null,
    { id, account }: OpenInvitation,
    password: string,
    fullName: string | undefined,
  ): Promise<Person> {
    if (fullName !== undefined) throw keepsName();
    const ctx = this.context(asking, tenantId);
    const { table, own } = homeOf(ctx);
    // Counted before it is looked at: of any number of tries at the same moment no more than the link bears learn anything.
    const counted = await this.write(ctx, (tx) =>
      tx.query(
        `update ${table} i set failed_attempts = i.failed_attempts + 1 where ${own} and i.id = $2 and ${OPEN_INVITATION} returning 1`,
        [tenantId, id],
      ),
    );
    if (counted.length === 0) throw InvitationInvalid.with();
    const right = (await this.passwords.verify(account!.passwordHash, password)) && account!.active;
    await this.write(ctx, async (tx) => {
      if (right)
        await tx.query(`update ${table} i set failed_attempts = greatest(i.failed_attempts - 1, 0) where ${own} and i.id = $2`, [
          tenantId,
          id,
        ]);
      else tx.audit(InvitationAccepted, { target: { type: 'invitation', id }, outcome: 'refused' });
    });
    if (!right) throw AuthenticationFailed.with();
    return { id: account!.id };
  }

  private async prepare(invitation: OpenInvitation, password: string, given: string | undefined): Promise<Person> {
    const fullName = given ?? invitation.fullName;
    if (!fullName) throw ValidationFailed.with({ errors: { full_name: ['Say your name.'] } });
    const places = invitation.tenant ? [invitation.tenant.name] : [];
    refuseWeakPassword(password, { email: invitation.email, fullName, places, hasSecondFactor: false }, 'password');
    return { id: newId(), account: { fullName, passwordHash: await this.passwords.hash(password) } };
  }

  private async admit(tx: WriteTx, { id, email, role }: OpenInvitation, tokenHash: Buffer, { id: userId, account }: Person): Promise<void> {
    const { tenantId } = tx.ctx;
    const { table, own, column, value } = homeOf(tx.ctx);
    if (account) await this.openAccount(tx, { id: userId, email, emailVerified: true, ...account });
    else await tx.query('update user_account set email_verified_at = now() where id = $1 and email_verified_at is null', [userId]);
    const settled = await tx.query(
      `update ${table} i set status = 'accepted', accepted_by = $4, settled_at = now()
       where ${own} and i.id = $2 and i.token_hash = $3 and ${OPEN_INVITATION} returning 1`,
      [tenantId, id, tokenHash, userId],
    );
    if (settled.length === 0) throw InvitationInvalid.with();
    const admitted = await tx.query(
      `insert into ${tenantId === null ? 'platform_role' : 'tenant_user'} (${column}user_id, role)
       select ${value}$2::uuid, $3::text where ($1::uuid is null) = ${tenantId === null} on conflict do nothing returning 1`,
      [tenantId, userId, role],
    );
    if (admitted.length === 0) throw Duplicate.with({ message: 'You are in there already' });
    tx.audit(InvitationAccepted, { target: { type: 'invitation', id }, after: { user_id: userId, role } });
  }

  private async openAccount(tx: WriteTx, account: Parameters<CreateUser['insert']>[1]): Promise<void> {
    try {
      await this.createUser.insert(tx, account);
    } catch (error) {
      if ((error as { name?: string }).name === Duplicate.code) throw keepsName(); // another invitation was faster
      throw error;
    }
  }

  private context(asking: Asking, tenantId: string | null, userId?: string): RequestContext {
    const actor = userId ? ({ type: 'user', id: userId } as const) : ({ type: 'anonymous', id: 'anonymous' } as const);
    return requestContext({ tenantId, actor, ...asking });
  }

  private write<T>(ctx: RequestContext, work: (tx: WriteTx) => Promise<T>): Promise<T> {
    const { tenantId } = ctx;
    return tenantId === null ? this.unitOfWork.platform({ ...ctx, tenantId }, work) : this.unitOfWork.run({ ...ctx, tenantId }, work);
  }
}

const keepsName = (): Error =>
  ValidationFailed.with({ errors: { full_name: ['You have an account, which keeps its name: leave this out and send its password.'] } });
