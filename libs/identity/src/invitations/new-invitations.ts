import { Injectable } from '@nestjs/common';
import { newId } from '@tallystick/kernel';
import { constraintOf, Duplicate, type WriteTx } from '@tallystick/platform';
import { newInvitationToken, type InvitationToken } from './invitation-token.policy.js';
import { homeOf, INVITATION_DAYS } from './invitation.js';

/** Somebody to be invited into the context's tenant, or to the platform. */
export interface NewInvitation {
  readonly email: string;
  readonly fullName: string | null;
  readonly role: string;
}

/** Keeps invitations; of their tokens only the hash. */
@Injectable()
export class NewInvitations {
  /** Throws `duplicate` while another one to this address waits. */
  async keep(tx: WriteTx, { email, fullName, role }: NewInvitation): Promise<{ id: string; token: InvitationToken }> {
    const { tenantId, actor } = tx.ctx;
    const { table, own, column, value } = homeOf(tx.ctx);
    const [id, address, token] = [newId(), email.toLowerCase(), newInvitationToken(tenantId)];
    await tx.query(
      `update ${table} i set status = 'expired', settled_at = i.expires_at
       where ${own} and i.email = $2 and i.status = 'pending' and i.expires_at <= now()`,
      [tenantId, address],
    );
    try {
      await tx.query(
        `insert into ${table} (${column}id, email, full_name, role, token_hash, invited_by, expires_at)
         select ${value}$2::uuid, $3::text, $4::text, $5::text, $6::bytea, $7::uuid, now() + $8 * interval '1 day'
         where ($1::uuid is null) = ${tenantId === null}`,
        [tenantId, id, address, fullName, role, token.hash, actor.type === 'user' ? actor.id : null, INVITATION_DAYS],
      );
    } catch (error) {
      if (constraintOf(error).constraint === `${table}_one_pending`)
        throw Duplicate.with({ errors: { email: ['An invitation to this address waits: send it again, or revoke it.'] } });
      throw error;
    }
    return { id, token };
  }

  /** Gives an invitation a new token, which voids the old one and works as long as that did. */
  async renew(tx: WriteTx, id: string): Promise<InvitationToken> {
    const { table, own } = homeOf(tx.ctx);
    const token = newInvitationToken(tx.ctx.tenantId);
    await tx.query(
      `update ${table} i set token_hash = $3, sent_at = now(), expires_at = now() + $4 * interval '1 day', failed_attempts = 0
       where ${own} and i.id = $2`,
      [tx.ctx.tenantId, id, token.hash, INVITATION_DAYS],
    );
    return token;
  }
}
