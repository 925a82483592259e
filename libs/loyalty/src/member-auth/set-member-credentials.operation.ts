import { Injectable } from '@nestjs/common';
import { Passwords } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { MEMBER_WORDS, type MemberStatus } from '../members/member-status.policy.js';
import { MemberCredentialsSet } from './member-auth.acts.js';

/** What a member proves themselves by, hashed and fit to be stored. */
export class HashedCredentials {
  constructor(readonly hash: string) {}
}

/**
 * Sets what a member proves themselves by: whatever the tenant's system presents for them, a password or a hash that it made on its side. It
 * is kept as argon2id, so that what lies here opens nothing.
 */
@Injectable()
export class SetMemberCredentials {
  constructor(private readonly passwords: Passwords) {}

  /** The slow half, before the transaction. */
  async prepare(presented: string): Promise<HashedCredentials> {
    return new HashedCredentials(await this.passwords.hash(presented));
  }

  /** Throws `not_found`, `invalid_state` for a member who is merged or erased. */
  async execute(tx: WriteTx<TenantContext>, memberId: string, { hash }: HashedCredentials): Promise<void> {
    const { tenantId } = tx.ctx;
    const [member] = await tx.query<{ status: MemberStatus }>('select status from member where tenant_id = $1 and id = $2 for key share', [
      tenantId,
      memberId,
    ]);
    if (!member) throw NotFound.with();
    if (['closed', 'merged', 'erased'].includes(member.status))
      throw InvalidState.with({ errors: { member: [`The member is ${MEMBER_WORDS[member.status]}.`], member_status: [member.status] } });
    await tx.query(
      `insert into member_credential (tenant_id, member_id, secret_hash) values ($1, $2, $3)
       on conflict (tenant_id, member_id) do update set secret_hash = excluded.secret_hash, changed_at = now()`,
      [tenantId, memberId, hash],
    );
    tx.audit(MemberCredentialsSet, { target: { type: 'member', id: memberId } });
  }
}
