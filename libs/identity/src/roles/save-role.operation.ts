import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { constraintOf, Duplicate, NotFound, PermissionDenied, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { RoleChanged, RoleCreated } from './role.acts.js';
import { TooManyRoles } from './role.errors.js';
import type { TenantPermission } from '../permissions.js';
import { isBuiltIn, refuseBeyond } from './authority.policy.js';
import { RolePowers } from './role-powers.query.js';
import { Role } from './role.entity.js';

/** What a tenant says of a role of its own. */
export interface RoleInput {
  readonly name: string;
  readonly description: string | null;
  readonly permissions: readonly TenantPermission[];
  readonly rank: number;
  readonly requiresMfa: boolean;
}

/** A new role; what is left out gets a careful default. */
export type NewRole = Pick<RoleInput, 'name' | 'permissions'> & Partial<RoleInput> & { readonly code: string };

const MOST_ROLES = 100;
const USUAL_RANK = 50;

type Tx = WriteTx<TenantContext>;

/** Makes roles of a tenant and changes them. Nobody makes a role above their own rank, or with a permission that they lack themselves. */
@Injectable()
export class SaveRole {
  constructor(private readonly powers: RolePowers) {}

  /** Throws `duplicate` for a taken code, `permission_denied` for more than the caller has, `too_many_roles`. */
  async create(tx: Tx, { code, name, description = null, permissions, rank, requiresMfa = true }: NewRole): Promise<Role> {
    const caller = await this.powers.ofActingCaller(tx);
    const input = { name, description, permissions, rank: rank ?? Math.min(USUAL_RANK, caller.rank), requiresMfa };
    refuseBeyond(caller, input);
    const { tenantId } = tx.ctx;
    if ((await tx.repository(Role).countBy({ tenantId })) >= MOST_ROLES) throw TooManyRoles.with();
    if (isBuiltIn(code)) throw taken();
    const id = newId();
    try {
      await tx.repository(Role).insert({ tenantId, id, code, ...columns(input) });
    } catch (error) {
      const { constraint } = constraintOf(error);
      if (constraint === 'role_tenant_id_code_key') throw taken();
      if (constraint === 'role_code_check') throw ValidationFailed.with({ errors: { code: ['This code is kept for the platform.'] } });
      throw error;
    }
    tx.audit(RoleCreated, { target: { type: 'role', id }, after: { code, ...columns(input) } });
    return this.read(tx, id);
  }

  /** `change` answers the role as it is to be. Throws `not_found`, and `permission_denied` for a role that is, or would be, beyond the caller. */
  async update(tx: Tx, id: string, change: (known: Role) => RoleInput): Promise<Role> {
    const caller = await this.powers.ofActingCaller(tx);
    const known = await this.lock(tx, id);
    const input = change(known);
    refuseBeyond(caller, { rank: known.rank, permissions: [] });
    refuseBeyond(caller, input);
    if (known.requiresMfa && !input.requiresMfa && known.rank >= caller.rank) throw loosened();
    const [before, after] = differing(columns(known), columns(input));
    if (Object.keys(after).length === 0) return known;
    await tx.repository(Role).update({ tenantId: tx.ctx.tenantId, id }, { ...columns(input), updatedAt: () => 'now()' });
    tx.audit(RoleChanged, { target: { type: 'role', id }, before, after });
    return this.read(tx, id);
  }

  private async lock(tx: Tx, id: string): Promise<Role> {
    await tx.query('select from role where tenant_id = $1 and id = $2 for update', [tx.ctx.tenantId, id]);
    return this.read(tx, id);
  }

  private async read(tx: Tx, id: string): Promise<Role> {
    const role = await tx.repository(Role).findOneBy({ tenantId: tx.ctx.tenantId, id });
    if (!role) throw NotFound.with();
    return role;
  }
}

/** Who has a role, or one like it, does not release themselves from the second factor. */
const loosened = (): Error => PermissionDenied.with({ message: 'Only somebody who ranks above a role lets it in without a second factor' });

const taken = (): Error => Duplicate.with({ errors: { code: ['This code is taken.'] } });

const columns = ({ name, description, permissions, rank, requiresMfa }: RoleInput) => ({
  name,
  description,
  permissions: [...permissions].sort(),
  rank,
  requiresMfa,
});

/** The fields in which two states differ, as they were and as they are. */
function differing<T extends object>(before: T, after: T): [Partial<T>, Partial<T>] {
  const names = (Object.keys(after) as (keyof T)[]).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (of: T): Partial<T> => Object.fromEntries(names.map((name) => [name, of[name]])) as Partial<T>;
  return [pick(before), pick(after)];
}
