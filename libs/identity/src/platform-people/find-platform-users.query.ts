import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { MembershipStatus } from '../people/tenant-user.entity.js';
import type { PlatformRole } from '../permissions.js';

/** A person of the platform. */
export interface PlatformUser {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: PlatformRole;
  readonly status: MembershipStatus;
  readonly mfaEnabled: boolean;
  readonly lastLoginAt: Date | null;
  readonly joinedAt: Date;
  readonly suspendedAt: Date | null;
}

/** Which people, in which window. */
export interface PlatformUserFilter {
  /** A part of the name or the address. */
  readonly search?: string;
  readonly status?: MembershipStatus;
  readonly role?: PlatformRole;
  readonly limit: number;
  readonly offset: number;
}

interface Row {
  id: string;
  email: string;
  full_name: string;
  role: PlatformRole;
  status: MembershipStatus;
  mfa_enabled: boolean;
  last_login_at: Date | null;
  created_at: Date;
  suspended_at: Date | null;
  total: string;
}

/** Reads the people of the platform. */
@Injectable()
export class FindPlatformUsers {
  /** Throws `not_found`. */
  async byId(tx: ReadTx<PlatformContext>, id: string): Promise<PlatformUser> {
    const { users } = await this.read(tx, { id, limit: 1, offset: 0 });
    if (!users[0]) throw NotFound.with();
    return users[0];
  }

  /** People by name, with the count of all that match. */
  list(tx: ReadTx<PlatformContext>, filter: PlatformUserFilter): Promise<{ users: PlatformUser[]; total: number }> {
    return this.read(tx, filter);
  }

  private async read(
    tx: ReadTx<PlatformContext>,
    { id, search, status, role, limit, offset }: PlatformUserFilter & { id?: string },
  ): Promise<{ users: PlatformUser[]; total: number }> {
    const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await tx.query<Row>(
      `select u.id, u.email, u.full_name, p.role, p.status, u.last_login_at, p.created_at, p.suspended_at, count(*) over () as total,
         exists (select from mfa_factor f where f.user_id = u.id and f.secret is not null) as mfa_enabled
       from platform_role p join user_account u on u.id = p.user_id
       where ($1::uuid is null or u.id = $1) and ($2::text is null or u.email ilike $2 or u.full_name ilike $2)
         and ($3::text is null or p.status = $3) and ($4::text is null or p.role = $4)
       order by u.full_name, u.id limit $5 offset $6`,
      [id ?? null, pattern, status ?? null, role ?? null, limit, offset],
    );
    return { users: rows.map(readUser), total: Number(rows[0]?.total ?? 0) };
  }
}

const readUser = (row: Row): PlatformUser => ({
  id: row.id,
  email: row.email,
  fullName: row.full_name,
  role: row.role,
  status: row.status,
  mfaEnabled: row.mfa_enabled,
  lastLoginAt: row.last_login_at,
  joinedAt: row.created_at,
  suspendedAt: row.suspended_at,
});
