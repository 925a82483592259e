import { Injectable } from '@nestjs/common';
import { DomainError, newId, requestContext, type Origin, type RequestContext } from '@tallystick/kernel';
import { Keyring, sendMail, UnitOfWork, type ReadTx, type WriteTx } from '@tallystick/platform';
import { AuthenticationFailed } from '../identity.errors.js';
import { MfaInvalid, MfaRequired } from '../mfa/mfa.errors.js';
import { Mfa } from '../mfa/mfa.js';
import { EmailNotVerified } from '../passcodes/passcode.errors.js';
import { FindUserProfile, type UserProfile } from '../people/user-profile.query.js';
import type { SessionKind } from '../sessions/session-lifetime.policy.js';
import { Sessions } from '../sessions/sessions.js';
import { writeIn } from '../sessions/write-in.js';
import { newDeviceMark, readDeviceMark } from './known-device.policy.js';
import { AccountLockedOut, SignInChallenged, SignInFailed, SignInSucceeded } from './sign-in.acts.js';
import { SignInFailures } from './sign-in-failures.js';
import { SignInProofs, type CheckedProof, type SignInProof } from './sign-in-proofs.js';
import { Turnstile } from './turnstile.js';
import { TokenPairs, type TokenPair } from './token-pairs.js';

/** Connections at most that the sign-ins of a process use at the same moment: most are left to everybody else. */
const CONNECTIONS = 3;

/** The request behind a sign-in. */
export interface SignInRequest {
  readonly requestId: string;
  readonly origin?: Origin;
  /** The mark of the device, when the caller holds one. */
  readonly device?: string;
}

/** Who wants to sign in, and where to. */
export interface SignInInput {
  /** The e-mail address. */
  readonly username: string;
  readonly proof: SignInProof;
  /** The code of the second factor, for those who have one. */
  readonly mfaCode?: string;
  /** Slug of the tenant; left out, people of the platform sign in there, others to the first active tenant they were admitted to. */
  readonly tenant?: string;
  readonly kind: SessionKind;
  /** What the cookie of the page held until now: that session ends. */
  readonly replaces?: string;
}

/** A person signed in: with tokens, or with a cookie. */
export interface SignedIn {
  readonly tokens?: TokenPair;
  /** What the cookie of the page holds from now on. */
  readonly cookie?: string;
  /** The mark of this device; undefined when it is known already. */
  readonly device?: string;
  readonly user: UserProfile;
}

interface Account {
  readonly id: string;
  readonly password_hash: string;
  readonly status: string;
  readonly full_name: string;
  readonly email_verified: boolean;
}

/** All that is known before anything is decided. */
interface Attempt extends CheckedProof {
  readonly input: SignInInput;
  readonly email: string;
  readonly account?: Account;
  /** Where to: the tenant, null for the platform, undefined when there is nowhere to go. */
  readonly place?: string | null;
  readonly device?: string;
}

/**
 * Signs a person in with their password, or with a code that was mailed to them. Throws `authentication_failed` whatever is wrong: account,
 * password, code, state, tenant or too many failures, after the same work (AUT-03); `email_not_verified`, `mfa_required` or `mfa_invalid`
 * only to those who know the password or have the code, which does not use the code up.
 *
 * Unlike other operations it opens its transactions itself: the password is checked between two, for a slow hash that held a connection
 * would let a flood of sign-ins take all of them; nor do more than a few of them use a connection at the same moment. The last transaction
 * decides, counts and records, whatever the outcome.
 */
@Injectable()
export class SignIn {
  private readonly turnstile = new Turnstile(CONNECTIONS);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly proofs: SignInProofs,
    private readonly tokenPairs: TokenPairs,
    private readonly findUserProfile: FindUserProfile,
    private readonly sessions: Sessions,
    private readonly failures: SignInFailures,
    private readonly mfa: Mfa,
    private readonly keyring: Keyring,
  ) {}

  async execute(request: SignInRequest, input: SignInInput): Promise<SignedIn> {
    const attempt = await this.look(request, input);
    const actor = attempt.right ? { type: 'user' as const, id: attempt.account!.id } : { type: 'anonymous' as const, id: 'anonymous' };
    const { requestId, origin } = request;
    const tenantId = attempt.place ?? null;
    const ctx = requestContext({ tenantId, actor, requestId, origin });
    const said = await this.turnstile.pass(() => writeIn(this.unitOfWork, ctx, (tx) => this.decide(tx, attempt)));
    if (said instanceof DomainError) throw said;
    return said;
  }

  /** Finds out who and where, and checks the proof; for one kind of proof the same look-ups and the same check for everybody. */
  private async look({ requestId, origin, device: mark }: SignInRequest, input: SignInInput): Promise<Attempt> {
    const { proof } = input;
    const email = input.username.toLowerCase();
    const anonymous = requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId, origin } as const);
    const account = await this.turnstile.pass(() => this.unitOfWork.read(anonymous, (tx) => findAccount(tx, email)));
    const userId = account?.id ?? newId();
    const person = requestContext({ tenantId: null, actor: { type: 'user', id: userId }, requestId } as const);
    const place = await this.turnstile.pass(() => this.unitOfWork.read(person, (tx) => choosePlace(tx, userId, input.tenant)));
    const claimant = { email, account, hasPlace: place !== undefined };
    const checked =
      'password' in proof
        ? await this.proofs.checkPassword(claimant, proof.password)
        : await this.turnstile.pass(async () => {
            const needsMore = await this.unitOfWork.read(person, (tx) => this.mfa.isRequiredAnywhere(tx, userId));
            return this.proofs.checkPasscode(anonymous, claimant, proof, !needsMore);
          });
    return { input, email, account, place, device: readDeviceMark(this.keyring, userId, mark), ...checked };
  }

  /** A refusal is answered, not thrown: what was counted and recorded must stay. */
  private async decide(tx: WriteTx, attempt: Attempt): Promise<SignedIn | DomainError> {
    const { email, device, right } = attempt;
    const counts = await this.failures.hold(tx, { email, device, address: tx.ctx.origin?.address }, !right);
    if (counts.locked) return refuse(tx, attempt, 'locked');
    if (!right) {
      const seconds = await counts.countFailure();
      if (seconds !== undefined) tellOfLock(tx, attempt, seconds);
      return refuse(tx, attempt, 'wrong');
    }
    if (!(await holdAccount(tx, attempt.account!))) return refuse(tx, attempt, 'changed meanwhile');
    if (!attempt.account!.email_verified && !attempt.passcode) {
      refuse(tx, attempt, 'address not proved');
      return EmailNotVerified.with();
    }
    const mfaPassed = await this.proveSecondFactor(tx, attempt);
    if (mfaPassed instanceof DomainError) return mfaPassed;
    const { passcode } = attempt;
    const used = passcode && (await tx.attempt(() => this.proofs.use(tx, passcode)));
    // It was right, so it is not counted: who clicks twice must not lock themselves out.
    if (used instanceof DomainError) return refuse(tx, attempt, 'code used');
    await counts.forgive();
    return this.admit(tx, attempt, mfaPassed);
  }

  /** Whether a second factor was proved; false for those who have none. */
  private async proveSecondFactor(tx: WriteTx, attempt: Attempt): Promise<boolean | DomainError> {
    const userId = attempt.account!.id;
    if (!(await this.mfa.isEnabled(tx, userId))) return false;
    const { mfaCode } = attempt.input;
    if (mfaCode === undefined) {
      tx.audit(SignInChallenged, { ...targetOf(attempt), after: { way: wayOf(attempt) } });
      return MfaRequired.with();
    }
    const passed = await tx.attempt(() => this.mfa.check(tx, userId, mfaCode));
    if (passed === true) return true;
    refuse(tx, attempt, 'second factor');
    return passed === false ? MfaInvalid.with() : passed;
  }

  private async admit(tx: WriteTx, attempt: Attempt, mfaPassed: boolean): Promise<SignedIn | DomainError> {
    const { account, place, device, strongerHash, input } = attempt;
    const userId = account!.id;
    await tx.query(
      `update user_account set last_login_at = now(), password_hash = case when password_hash = $2 then $3 else password_hash end
       where id = $1`,
      [userId, account!.password_hash, strongerHash ?? account!.password_hash],
    );
    const user = await this.findUserProfile.find(tx, userId, place!);
    if (!user) return refuse(tx, attempt, 'wrong');
    if (input.replaces !== undefined) await this.sessions.revokeBySecret(tx, input.replaces);
    const session = { userId, tenantId: place!, role: user.role, kind: input.kind, mfaPassed };
    const { id, secret } = await this.sessions.open(tx, session);
    const after = { session_id: id, kind: input.kind, way: wayOf(attempt), second_factor: mfaPassed };
    tx.audit(SignInSucceeded, { ...targetOf(attempt), after });
    return {
      user,
      ...(device === undefined && { device: newDeviceMark(this.keyring, userId) }),
      ...(input.kind === 'cookie' ? { cookie: secret } : { tokens: await this.tokenPairs.of(tx, userId, place!, id, secret) }),
    };
  }
}

/**
 * Whether the account is still as it was when the proof was looked at. It stays so until the transaction ends: a reset of the password or a
 * new second factor, which end all sessions, come before this one is opened or find it.
 */
async function holdAccount(tx: WriteTx, { id, password_hash }: Account): Promise<boolean> {
  const held = await tx.query(`select 1 from user_account where id = $1 and password_hash = $2 and status = 'active' for no key update`, [
    id,
    password_hash,
  ]);
  return held.length > 0;
}

async function findAccount(tx: ReadTx, email: string): Promise<Account | undefined> {
  const [row] = await tx.query<Account>(
    'select id, full_name, password_hash, status, email_verified_at is not null as email_verified from user_account where email = $1',
    [email],
  );
  return row;
}

/** The tenant to sign in to, null for the platform, undefined when there is nowhere to go. */
async function choosePlace(tx: ReadTx, userId: string, slug: string | undefined): Promise<string | null | undefined> {
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

/** Records that strangers are kept out, and tells the owner by mail; where there is none, the same work is done for nobody. */
function tellOfLock(tx: WriteTx<RequestContext>, attempt: Attempt, seconds: number): void {
  const { account, email, device } = attempt;
  const data = { name: account?.full_name ?? '', minutes: Math.round(seconds / 60) };
  tx.enqueue(sendMail, { to: account ? email : null, template: 'account-locked', data });
  tx.audit(AccountLockedOut, { ...targetOf(attempt), after: { seconds, known_device: device !== undefined } });
}

/** Records why nobody got in; what the caller hears is the same for all of it. */
function refuse(tx: WriteTx<RequestContext>, attempt: Attempt, reason: string): DomainError {
  const note = { reason, way: wayOf(attempt), username: masked(attempt.email), known_device: attempt.device !== undefined };
  tx.audit(SignInFailed, { ...targetOf(attempt), after: note, outcome: 'refused' });
  return AuthenticationFailed.with();
}

/** By what somebody wanted to get in. */
const wayOf = ({ input }: Attempt): string => ('password' in input.proof ? 'password' : 'passcode');

const targetOf = ({ account }: Attempt): object => (account ? { target: { type: 'user', id: account.id } } : {});

/** Enough to recognize an address that one knows. */
const masked = (email: string): string => email.replace(/^(.).*?(@.*)?$/s, '$1***$2').slice(0, 100);
