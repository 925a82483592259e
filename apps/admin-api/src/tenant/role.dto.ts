import {
  HIGHEST_CUSTOM_RANK,
  TENANT_PERMISSIONS,
  type AssignableRole,
  type NewRole,
  type Permission,
  type RoleInput,
  type RoleWithUse,
  type TenantPermission,
} from '@tallystick/identity';
import { Flag, Integer, Moment, Text, Uuid, Words } from '@tallystick/platform';

const Code = (options: { description?: string } = {}): PropertyDecorator =>
  Text({
    pattern: /^[a-z][a-z0-9_]{1,49}$/,
    min: 2,
    max: 50,
    hint: 'Must be small letters, digits and _, from 2 to 50, a letter first.',
    example: 'branch_lead',
    ...options,
  });
const Permissions = (options: { optional?: boolean; description?: string } = {}): PropertyDecorator =>
  Words({ max: TENANT_PERMISSIONS.length, values: TENANT_PERMISSIONS, example: ['members:read', 'points:read'], ...options });
const Rank = (options: { optional?: boolean } = {}): PropertyDecorator =>
  Integer({
    min: 1,
    max: HIGHEST_CUSTOM_RANK,
    description: 'Nobody gives a role above their own rank, or changes who has one. Managers have 80, support 60, auditors 40, members 20.',
    example: 50,
    ...options,
  });

/** The fields of a role that an update may leave out. */
export class UpdateRoleDto {
  @Text({ optional: true, max: 100, example: 'Branch lead' })
  name?: string;

  @Text({ optional: true, nullable: true, max: 500, example: 'Looks after the members of a branch' })
  description?: string | null;

  @Permissions({ optional: true, description: 'None that you lack yourself.' })
  permissions?: TenantPermission[];

  @Rank({ optional: true })
  rank?: number;

  @Flag({ optional: true, description: 'Whether its people need a second factor.', example: true })
  requires_mfa?: boolean;

  /** The role as it is to be. */
  static over(known: RoleInput, { name, description, permissions, rank, requires_mfa: requiresMfa }: UpdateRoleDto): RoleInput {
    return {
      name: name ?? known.name,
      description: description === undefined ? known.description : description,
      permissions: permissions ?? known.permissions,
      rank: rank ?? known.rank,
      requiresMfa: requiresMfa ?? known.requiresMfa,
    };
  }
}

/** A new role: a rank of 50, or the maker's where that is lower, and a second factor required, unless it says otherwise. */
export class CreateRoleDto extends UpdateRoleDto {
  @Code({ description: 'Fixed from the start; by it people are given the role.' })
  code: string;

  @Text({ max: 100, example: 'Branch lead' })
  declare name: string;

  @Permissions({ description: 'None that you lack yourself.' })
  declare permissions: TenantPermission[];

  static toNewRole({ code, name, description, permissions, rank, requires_mfa: requiresMfa }: CreateRoleDto): NewRole {
    return { code, name, description, permissions, rank, requiresMfa };
  }
}

/** A role that the tenant made itself. */
export class RoleDto {
  @Uuid()
  id: string;

  @Code()
  code: string;

  @Text({ max: 100, example: 'Branch lead' })
  name: string;

  @Text({ nullable: true, max: 500, example: 'Looks after the members of a branch' })
  description: string | null;

  @Permissions()
  permissions: readonly TenantPermission[];

  @Rank()
  rank: number;

  @Flag({ example: true })
  requires_mfa: boolean;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'How many people have it.', example: 3 })
  people: number;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from({ id, code, name, description, permissions, rank, requiresMfa, people, createdAt, updatedAt }: RoleWithUse): RoleDto {
    return {
      id,
      code,
      name,
      description,
      permissions,
      rank,
      requires_mfa: requiresMfa,
      people,
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    };
  }
}

/** A role that the caller may give to somebody. */
export class AssignableRoleDto {
  @Text({ max: 50, example: 'support' })
  code: string;

  @Text({ max: 100, example: 'Support' })
  name: string;

  @Permissions()
  permissions: readonly Permission[];

  @Integer({ min: 1, max: 100, example: 60 })
  rank: number;

  @Flag({ description: 'Whether every tenant has it.', example: true })
  built_in: boolean;

  static from({ code, name, permissions, rank, builtIn }: AssignableRole): AssignableRoleDto {
    return { code, name, permissions, rank, built_in: builtIn };
  }
}
