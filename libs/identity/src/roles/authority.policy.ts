import { PermissionDenied } from '@tallystick/platform';
import {
  permissionsOfRole,
  TENANT_PERMISSIONS,
  TENANT_ROLES,
  withImplied,
  type Permission,
  type TenantPermission,
  type TenantRole,
} from '../permissions.js';

/** The built-in roles by rank; a role that the tenant makes itself has one from 1 to 99, so that only an admin touches an admin. */
export const RANK_OF: Readonly<Record<TenantRole, number>> = { tenant_admin: 100, manager: 80, support: 60, auditor: 40, member: 20 };

/** The highest rank that a role of a tenant's own can have. */
export const HIGHEST_CUSTOM_RANK = 99;

/** A role as far as it decides who may give it and what it permits. */
export interface RolePower {
  readonly rank: number;
  readonly permissions: readonly Permission[];
}

/** Whether a role is one of those that every tenant has. */
export const isBuiltIn = (code: string): code is TenantRole => (TENANT_ROLES as readonly string[]).includes(code);

/** What a built-in role is worth. */
export const builtInPower = (role: TenantRole): RolePower => ({ rank: RANK_OF[role], permissions: permissionsOfRole(role) });

/** The permissions kept with a role of a tenant's own; one that the platform has given up since is worth nothing. */
export const knownPermissions = (kept: readonly string[]): TenantPermission[] =>
  TENANT_PERMISSIONS.filter((permission) => kept.includes(permission));

/** A role that somebody has, by its code, with the permissions of the tenant's own role of that code where it is one. */
export interface HeldRole {
  readonly role: string;
  readonly permissions: readonly string[] | null;
}

/** What a role that somebody has permits. */
export const permissionsHeld = ({ role, permissions }: HeldRole): readonly Permission[] =>
  isBuiltIn(role) ? permissionsOfRole(role) : withImplied(knownPermissions(permissions ?? []));

/** Whether who has `caller` may give a role to somebody, or make it: none above their own rank, and no permission that they lack. */
export const mayGive = (caller: RolePower, role: RolePower): boolean =>
  role.rank <= caller.rank && role.permissions.every((permission) => caller.permissions.includes(permission));

/** Throws `permission_denied` for a role that the caller may not give or make, and says what is beyond them. */
export function refuseBeyond(caller: RolePower, role: RolePower): void {
  if (role.rank > caller.rank)
    throw PermissionDenied.with({ message: 'This role ranks above your own', errors: { rank: [String(caller.rank)] } });
  const lacking = role.permissions.filter((permission) => !caller.permissions.includes(permission));
  if (lacking.length > 0)
    throw PermissionDenied.with({ message: 'A role cannot be given permissions that you lack', errors: { permissions: lacking } });
}

/** Throws `permission_denied` for a person whose rank is above the caller's. */
export function refuseAbove(caller: RolePower, person: RolePower): void {
  if (person.rank > caller.rank) throw PermissionDenied.with({ message: 'This person ranks above you' });
}
