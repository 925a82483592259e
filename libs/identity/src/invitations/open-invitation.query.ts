import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';
import { homeOf } from './invitation.js';

/** Wrong passwords after which a link is void: whoever holds it cannot go on guessing that of the account. */
const MOST_ATTEMPTS = 10;

/** The condition that an invitation `i` can be accepted. */
export const OPEN_INVITATION = `i.status = 'pending' and i.expires_at > now() and i.failed_attempts < ${MOST_ATTEMPTS}`;

/** An invitation as who holds its link sees it. */
export interface OpenInvitation {
  readonly id: string;
  readonly email: string;
  readonly fullName: string | null;
  readonly role: string;
  readonly expiresAt: Date;
  /** Null for the platform itself. */
  readonly tenant: { readonly slug: string; readonly name: string } | null;
  /** The account of that address, where there is one. */
  readonly account: { readonly id: string; readonly passwordHash: string; readonly active: boolean } | null;
}

interface Row {
  id: string;
  email: string;
  full_name: string | null;
  role: string;
  expires_at: Date;
  tenant: OpenInvitation['tenant'];
  tenant_active: boolean | null;
  user_id: string | null;
  password_hash: string | null;
  user_status: string | null;
}

/** Finds what a link leads to, in the context of the place that its token names. */
@Injectable()
export class FindOpenInvitation {
  /** Undefined for an unknown, used, revoked or expired link, and while the tenant is suspended. */
  async find(tx: ReadTx, tokenHash: Buffer): Promise<OpenInvitation | undefined> {
    const { table, own } = homeOf(tx.ctx);
    const [row] = await tx.query<Row>(
      `select i.id, i.email, i.full_name, i.role, i.expires_at, u.id as user_id, u.password_hash, u.status as user_status,
         t.status = 'active' as tenant_active, case when t.id is not null then json_build_object('slug', t.slug, 'name', t.name) end as tenant
       from ${table} i left join user_account u on u.email = i.email left join tenant t on t.id = $1
       where ${own} and i.token_hash = $2 and ${OPEN_INVITATION}`,
      [tx.ctx.tenantId, tokenHash],
    );
    return row && row.tenant_active !== false ? readOpenInvitation(row) : undefined;
  }
}

const readOpenInvitation = (row: Row): OpenInvitation => ({
  id: row.id,
  email: row.email,
  fullName: row.full_name,
  role: row.role,
  expiresAt: row.expires_at,
  tenant: row.tenant,
  account:
    row.user_id !== null && row.password_hash !== null
      ? { id: row.user_id, passwordHash: row.password_hash, active: row.user_status === 'active' }
      : null,
});
