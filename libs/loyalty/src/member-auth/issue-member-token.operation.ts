import { Injectable } from '@nestjs/common';
import { ACCESS_TOKEN_SECONDS, AccessTokenSigner, MEMBER_CLIENT } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { mayDo, MEMBER_WORDS, type MemberStatus } from '../members/member-status.policy.js';

/** What a member acts with. */
export interface MemberToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly member_id: string;
}

/** Gives a member an access token for what is their own; it is worth nothing from the moment at which the member is no longer active. */
@Injectable()
export class IssueMemberToken {
  constructor(private readonly signer: AccessTokenSigner) {}

  /** Throws `not_found`, and `invalid_state` for a member who may not sign in. */
  async execute(tx: WriteTx<TenantContext>, memberId: string): Promise<MemberToken> {
    const { tenantId } = tx.ctx;
    const [member] = await tx.query<{ id: string; status: MemberStatus }>(
      'select id, status from member where tenant_id = $1 and id = $2',
      [tenantId, memberId],
    );
    if (!member) throw NotFound.with();
    if (!mayDo(member.status, 'sign_in'))
      throw InvalidState.with({ errors: { member: [`The member is ${MEMBER_WORDS[member.status]}.`], member_status: [member.status] } });
    await tx.query('update member set signed_in_at = tenant_now() where tenant_id = $1 and id = $2', [tenantId, member.id]);
    const access_token = await this.signer.sign(tx, { subject: member.id, clientId: MEMBER_CLIENT, tenantId });
    return { access_token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS, member_id: member.id };
  }
}
