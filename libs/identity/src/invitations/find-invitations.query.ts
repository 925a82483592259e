import { Injectable } from '@nestjs/common';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { homeOf, type Invitation, type InvitationStatus } from './invitation.js';

/** Which invitations, in which window. */
export interface InvitationFilter {
  /** A part of the address or the name. */
  readonly search?: string;
  readonly status?: InvitationStatus;
  readonly limit: number;
  readonly offset: number;
}

interface Row {
  id: string;
  email: string;
  full_name: string | null;
  role: string;
  status: InvitationStatus;
  invited_by: string | null;
  inviter: string | null;
  created_at: Date;
  sent_at: Date;
  expires_at: Date;
  settled_at: Date | null;
  total: string;
}

/** Reads the invitations of the context's tenant, or of the platform. */
@Injectable()
export class FindInvitations {
  /** Throws `not_found`. */
  async byId(tx: ReadTx, id: string): Promise<Invitation> {
    const { invitations } = await this.read(tx, { id, limit: 1, offset: 0 });
    if (!invitations[0]) throw NotFound.with();
    return invitations[0];
  }

  /** The newest first, with the count of all that match. */
  list(tx: ReadTx, filter: InvitationFilter): Promise<{ invitations: Invitation[]; total: number }> {
    return this.read(tx, filter);
  }

  private async read(
    tx: ReadTx,
    { id, search, status, limit, offset }: InvitationFilter & { id?: string },
  ): Promise<{ invitations: Invitation[]; total: number }> {
    const { table, own } = homeOf(tx.ctx);
    const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await tx.query<Row>(
      `select i.id, i.email, i.full_name, i.role, s.status, i.invited_by, u.full_name as inviter, i.created_at, i.sent_at, i.expires_at,
         i.settled_at, count(*) over () as total
       from ${table} i
         cross join lateral (select case when i.status = 'pending' and i.expires_at <= now() then 'expired' else i.status end as status) s
         left join user_account u on u.id = i.invited_by
       where ${own} and ($2::uuid is null or i.id = $2) and ($3::text is null or i.email ilike $3 or i.full_name ilike $3)
         and ($4::text is null or s.status = $4)
       order by i.created_at desc, i.id desc limit $5 offset $6`,
      [tx.ctx.tenantId, id ?? null, pattern, status ?? null, limit, offset],
    );
    return { invitations: rows.map(readInvitation), total: Number(rows[0]?.total ?? 0) };
  }
}

const readInvitation = (row: Row): Invitation => ({
  id: row.id,
  email: row.email,
  fullName: row.full_name,
  role: row.role,
  status: row.status,
  invitedBy: row.invited_by !== null && row.inviter !== null ? { id: row.invited_by, fullName: row.inviter } : null,
  createdAt: row.created_at,
  sentAt: row.sent_at,
  expiresAt: row.expires_at,
  settledAt: row.settled_at,
});
