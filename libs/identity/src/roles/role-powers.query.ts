import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { PermissionDenied, ValidationFailed, type ReadTx, type WriteTx } from '@tallystick/platform';
import { TENANT_PERMISSIONS } from '../permissions.js';
import { builtInPower, isBuiltIn, permissionsHeld, RANK_OF, type HeldRole, type RolePower } from './authority.policy.js';

/** A role that somebody has, with what the tenant's own role of that code says where it is one. */
export interface RankedRole extends HeldRole {
  readonly rank: number | null;
}

/** What the platform itself may: the seed and commands act in its name. */
const WHOLE: RolePower = { rank: RANK_OF.tenant_admin, permissions: TENANT_PERMISSIONS };

/** What it is worth. */
export const powerOf = (held: RankedRole): RolePower =>
  isBuiltIn(held.role) ? builtInPower(held.role) : { rank: held.rank ?? 0, permissions: permissionsHeld(held) };

/** What the caller, and any role, is worth in a tenant. */
@Injectable()
export class RolePowers {
  /** Of whom the context speaks. Throws `permission_denied` for anyone who is not an active person of this tenant. */
  async ofCaller(tx: ReadTx<TenantContext>): Promise<RolePower> {
    const { actor, tenantId } = tx.ctx;
    if (actor.type === 'system') return WHOLE;
    const [row] =
      actor.type === 'user'
        ? await tx.query<RankedRole>(
            `select m.role, r.rank, r.permissions
             from tenant_user m left join role r on r.tenant_id = m.tenant_id and r.code = m.custom_role
             where m.tenant_id = $1 and m.user_id = $2 and m.status = 'active'`,
            [tenantId, actor.id],
          )
        : [];
    if (!row) throw PermissionDenied.with();
    return powerOf(row);
  }

  /**
   * The same for an act on roles or people: until the transaction ends nobody takes from the caller what it relies on. Where it locks more
   * memberships, those come first.
   */
  async ofActingCaller(tx: WriteTx<TenantContext>): Promise<RolePower> {
    const { actor, tenantId } = tx.ctx;
    if (actor.type === 'user') {
      await tx.query('select from tenant_user where tenant_id = $1 and user_id = $2 for share', [tenantId, actor.id]);
      await tx.query(
        `select from role where tenant_id = $1
           and code = (select custom_role from tenant_user where tenant_id = $1 and user_id = $2) for share`,
        [tenantId, actor.id],
      );
    }
    return this.ofCaller(tx);
  }

  /** Of the role with this code, which stays as it is until the transaction ends. Throws `validation_error` for an unknown one. */
  async ofRole(tx: WriteTx<TenantContext>, code: string): Promise<RolePower> {
    if (isBuiltIn(code)) return builtInPower(code);
    const [row] = await tx.query<Omit<RankedRole, 'role'>>(
      'select rank, permissions from role where tenant_id = $1 and code = $2 for share',
      [tx.ctx.tenantId, code],
    );
    if (!row) throw ValidationFailed.with({ errors: { role: ['There is no such role in this tenant.'] } });
    return powerOf({ role: code, ...row });
  }
}
