import { Injectable } from '@nestjs/common';
import {
  AuthenticationFailed,
  OtpAttemptsExceeded,
  OtpExpired,
  OtpInvalid,
  Passcodes,
  type IssuedPasscode,
  type RightPasscode,
} from '@tallystick/identity';
import { DomainError, requestContext, type RequestContext, type TenantContext } from '@tallystick/kernel';
import { InvalidState, UnitOfWork, type ReadTx } from '@tallystick/platform';
import { TenantDirectory, TenantsBySlug } from '@tallystick/tenancy';
import { ProfileSealer } from '../members/profile-sealer.js';
import { IssueMemberToken, type MemberToken } from './issue-member-token.operation.js';
import { MemberSignedIn } from './member-auth.acts.js';

/** Who asks, before anybody knows them. */
export type Stranger = Pick<RequestContext, 'requestId' | 'origin'>;

const PURPOSE = 'member_login';

/**
 * Signs members in without a password: a code goes to the address that their tenant knows, and opens what is their own. Whether a tenant or a
 * member exists is not told: there is the same answer for nobody, after the same work (AUT-03). Opens its transactions itself.
 */
@Injectable()
export class SignInMember {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tenants: TenantsBySlug,
    private readonly directory: TenantDirectory,
    private readonly passcodes: Passcodes,
    private readonly sealer: ProfileSealer,
    private readonly issueMemberToken: IssueMemberToken,
  ) {}

  /** Mails a code, if exactly one active member of the tenant has the address. Throws `throttled` for a second one too soon. */
  async request(stranger: Stranger, { tenant, email }: { tenant: string; email: string }): Promise<IssuedPasscode> {
    const destination = email.toLowerCase();
    const ctx = await this.contextOf(stranger, tenant);
    const nobody = { purpose: PURPOSE, subject: null, destination, sealDestination: true } as const;
    if (!ctx)
      return this.unitOfWork.platform(requestContext({ tenantId: null, ...anonymous(stranger) }), (tx) => this.passcodes.issue(tx, nobody));
    const memberId = await this.unitOfWork.read(ctx, (tx) => this.memberOf(tx, destination));
    const subject = memberId === undefined ? null : subjectOf(ctx.tenantId, memberId);
    return this.unitOfWork.run(ctx, (tx) => this.passcodes.issue(tx, { ...nobody, subject }));
  }

  /** Throws `authentication_failed` whatever is wrong with the code, the tenant or the member. */
  async signIn(
    stranger: Stranger,
    { tenant, challengeId, code }: { tenant: string; challengeId: string; code: string },
  ): Promise<MemberToken> {
    const ctx = await this.contextOf(stranger, tenant);
    if (!ctx) throw AuthenticationFailed.with();
    const right = await this.check(ctx, challengeId, code);
    const memberId = memberIn(ctx.tenantId, right.subject);
    if (memberId === undefined) throw AuthenticationFailed.with();
    const member = requestContext({ ...ctx, actor: { type: 'member', id: memberId } } as const);
    try {
      return await this.unitOfWork.run(member, async (tx) => {
        await this.passcodes.redeem(tx, right);
        tx.audit(MemberSignedIn, { target: { type: 'member', id: memberId } });
        return this.issueMemberToken.execute(tx, memberId);
      });
    } catch (error) {
      throw isOneOf(error, [OtpInvalid, InvalidState]) ? AuthenticationFailed.with() : error;
    }
  }

  private async check(ctx: TenantContext, challengeId: string, code: string): Promise<RightPasscode> {
    try {
      return await this.passcodes.check(ctx, { purpose: PURPOSE, challengeId, code });
    } catch (error) {
      throw isOneOf(error, [OtpInvalid, OtpExpired, OtpAttemptsExceeded]) ? AuthenticationFailed.with() : error;
    }
  }

  /** Two members who share an address cannot be told apart by it. */
  private async memberOf(tx: ReadTx<TenantContext>, email: string): Promise<string | undefined> {
    const rows = await tx.query<{ id: string }>(
      `select m.id from member_profile p join member m on m.tenant_id = $1 and m.id = p.member_id
       where p.tenant_id = $1 and p.email_index = $2 and m.status = 'active' limit 2`,
      [tx.ctx.tenantId, this.sealer.emailIndex(tx.ctx.tenantId, email)],
    );
    return rows.length === 1 ? rows[0]!.id : undefined;
  }

  private async contextOf(stranger: Stranger, slug: string): Promise<TenantContext | undefined> {
    const tenantId = await this.tenants.idOf(slug);
    const tenant = tenantId === undefined ? null : await this.directory.get(tenantId);
    if (tenant?.status !== 'active') return undefined;
    return requestContext({ tenantId: tenant.id, ...anonymous(stranger), clockOffsetMs: tenant.clockOffsetMs });
  }
}

const anonymous = ({ requestId, origin }: Stranger) => ({ actor: { type: 'anonymous', id: 'anonymous' }, requestId, origin }) as const;

const subjectOf = (tenantId: string, memberId: string): string => `member/${tenantId}/${memberId}`;

/** The member of this tenant whom a challenge is for; undefined for anybody else's. */
const memberIn = (tenantId: string, subject: string): string | undefined => {
  const [kind, tenant, memberId] = subject.split('/');
  return kind === 'member' && tenant === tenantId ? memberId : undefined;
};

const isOneOf = (error: unknown, definitions: readonly { readonly code: string }[]): boolean =>
  error instanceof DomainError && definitions.some(({ code }) => code === error.definition.code);
