import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, Throttled, type WriteTx } from '@tallystick/platform';
import { refuseBeyond, type RolePower } from '../roles/authority.policy.js';
import { RolePowers } from '../roles/role-powers.query.js';
import { homeOf } from './invitation.js';

/** An invitation that waits, and stays as it is until the transaction ends. */
export interface PendingInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  /** Seconds since it was last sent. */
  readonly age: number;
}

/** Seconds between two mails of one invitation. */
const RESEND_DELAY = 60;

/** Invitations for those who send them again or take them back. */
@Injectable()
export class PendingInvitations {
  constructor(private readonly powers: RolePowers) {}

  /**
   * Locks an invitation of the context's tenant, or of the platform. Throws `not_found`, `invalid_state` for one that is settled, and
   * `permission_denied` in a tenant for one into a role that the caller may not give.
   */
  async lock(tx: WriteTx, id: string): Promise<PendingInvitation> {
    const { table, own } = homeOf(tx.ctx);
    const caller = isOfTenant(tx) ? await this.powers.ofActingCaller(tx) : undefined;
    const [row] = await tx.query<PendingInvitation & { status: string }>(
      `select i.id, i.email, i.role, i.status, extract(epoch from now() - i.sent_at)::float8 as age
       from ${table} i where ${own} and i.id = $2 for update`,
      [tx.ctx.tenantId, id],
    );
    if (!row) throw NotFound.with();
    if (row.status !== 'pending') throw InvalidState.with({ message: `This invitation is ${row.status}` });
    if (caller && isOfTenant(tx)) await this.refuse(tx, caller, row.role);
    return row;
  }

  /** Throws `throttled` for an invitation that has only just been sent. */
  refuseTooSoon({ age }: PendingInvitation): void {
    if (age < RESEND_DELAY) throw Throttled.with({ retryAfter: Math.ceil(RESEND_DELAY - age) });
  }

  private async refuse(tx: WriteTx<TenantContext>, caller: RolePower, role: string): Promise<void> {
    refuseBeyond(caller, await this.powers.ofRole(tx, role));
  }
}

const isOfTenant = (tx: WriteTx): tx is WriteTx<TenantContext> => tx.ctx.tenantId !== null;

/** Takes back what a person has invited others to: who may not give a role any more has not given it. Answers how many there were. */
export async function withdrawInvitationsOf(tx: WriteTx<RequestContext>, userId: string): Promise<number> {
  const { table, own } = homeOf(tx.ctx);
  const withdrawn = await tx.query(
    `update ${table} i set status = 'revoked', settled_at = now() where ${own} and i.invited_by = $2 and i.status = 'pending' returning 1`,
    [tx.ctx.tenantId, userId],
  );
  return withdrawn.length;
}
