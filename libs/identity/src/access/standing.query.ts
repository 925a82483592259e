import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@tallystick/platform';
import { CLIENT_LIMITS, clientLimits, type ClientLimits, type ClientLimitsRow } from '../clients/client-limits.js';
import {
  MEMBER_PERMISSIONS,
  permissionsOfRole,
  permissionsOfScopes,
  type ClientScope,
  type Permission,
  type PlatformRole,
} from '../permissions.js';
import { permissionsHeld, type HeldRole } from '../roles/authority.policy.js';
import { SESSION_ALIVE } from '../sessions/sessions.js';

/** What a signed-in actor is worth at this moment, whatever their token says. */
export interface Standing {
  /** The id by which the actor is recorded: of the API client's row, or the person's. */
  readonly actorId: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly tenantActive: boolean;
  /** A second factor is required in this role, and was not proved in this session. */
  readonly mfaMissing: boolean;
  /** How far the tenant's clock is ahead, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Whether the tenant is a sandbox. */
  readonly sandbox: boolean;
  /** Of API clients: what limits them besides their scopes. */
  readonly client?: ClientLimits;
}

/** The standing of a person, which a session of theirs carries. */
export interface PersonStanding extends Standing {
  readonly sessionId: string;
  /** The session was not noted as in use for a minute. */
  readonly sessionUnseen: boolean;
}

/** Whose standing is asked for, and by which session: one that ended gives none. */
export interface PersonSession {
  readonly userId: string;
  readonly sessionId: string;
}

interface Row {
  id: string;
  tenant_active: boolean;
  clock_offset_ms: string;
  sandbox: boolean;
}

interface PersonRow extends Row {
  mfa_missing: boolean;
  session_id: string;
  session_unseen: boolean;
}

/** Finds the standing of actors; undefined for one that is unknown, revoked, disabled or has no role here. */
@Injectable()
export class FindStanding {
  async ofClient(tx: ReadTx, clientId: string): Promise<Standing | undefined> {
    const [row] = await tx.query<Row & ClientLimitsRow & { scopes: ClientScope[] }>(
      `select c.id, c.scopes, ${CLIENT_LIMITS}, ${TENANT}
       from api_client c join tenant t on t.id = c.tenant_id
       where c.tenant_id = $1 and c.client_id = $2 and c.status = 'active' and (c.expires_at is null or c.expires_at > now())`,
      [tx.ctx.tenantId, clientId],
    );
    return row && { ...standing(row, permissionsOfScopes(row.scopes)), client: clientLimits(row) };
  }

  /** Of a member, who acts while they are active: a suspension is felt by tokens that are out already. */
  async ofMember(tx: ReadTx, memberId: string): Promise<Standing | undefined> {
    const [row] = await tx.query<Row>(
      `select m.id, ${TENANT} from member m join tenant t on t.id = m.tenant_id
       where m.tenant_id = $1 and m.id = $2 and m.status = 'active'`,
      [tx.ctx.tenantId, memberId],
    );
    return row && standing(row, MEMBER_PERMISSIONS);
  }

  async ofTenantUser(tx: ReadTx, { userId, sessionId }: PersonSession): Promise<PersonStanding | undefined> {
    const [row] = await tx.query<PersonRow & HeldRole>(
      `select u.id, m.role, r.permissions, ${TENANT}, ${SESSION},
         (m.role = any (t.mfa_required_roles) or coalesce(r.requires_mfa, false)) and not s.mfa_passed as mfa_missing
       from tenant_user m join user_account u on u.id = m.user_id join tenant t on t.id = m.tenant_id
         left join role r on r.tenant_id = m.tenant_id and r.code = m.custom_role
         join user_session s on s.user_id = u.id and s.signed_in_to = m.tenant_id
       where m.tenant_id = $1 and m.user_id = $2 and m.status = 'active' and u.status = 'active' and s.id = $3 and ${SESSION_ALIVE}`,
      [tx.ctx.tenantId, userId, sessionId],
    );
    return row && personStanding(row, permissionsHeld(row));
  }

  /** Every role of the platform needs a second factor (AUT-07). */
  async ofPlatformUser(tx: ReadTx, { userId, sessionId }: PersonSession): Promise<PersonStanding | undefined> {
    const [row] = await tx.query<PersonRow & { role: PlatformRole }>(
      `select u.id, p.role, true as tenant_active, 0 as clock_offset_ms, false as sandbox, ${SESSION}, not s.mfa_passed as mfa_missing
       from platform_role p join user_account u on u.id = p.user_id
         join user_session s on s.user_id = u.id and s.signed_in_to is null
       where u.id = $1 and p.status = 'active' and u.status = 'active' and s.id = $2 and ${SESSION_ALIVE}`,
      [userId, sessionId],
    );
    return row && personStanding(row, permissionsOfRole(row.role));
  }
}

const TENANT = `t.status = 'active' as tenant_active, t.clock_offset_ms, t.mode = 'sandbox' as sandbox`;
const SESSION = `s.id as session_id, s.seen_at < now() - interval '1 minute' as session_unseen`;

const standing = (row: Row, permissions: readonly Permission[]): Standing => ({
  actorId: row.id,
  permissions: new Set(permissions),
  tenantActive: row.tenant_active,
  mfaMissing: false,
  clockOffsetMs: Number(row.clock_offset_ms),
  sandbox: row.sandbox,
});

const personStanding = (row: PersonRow, permissions: readonly Permission[]): PersonStanding => ({
  ...standing(row, permissions),
  mfaMissing: row.mfa_missing,
  sessionId: row.session_id,
  sessionUnseen: row.session_unseen,
});
