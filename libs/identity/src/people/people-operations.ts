import { FindAssignableRoles } from '../roles/assignable-roles.query.js';
import { DeleteRole } from '../roles/delete-role.operation.js';
import { FindRoles } from '../roles/find-roles.query.js';
import { RolePowers } from '../roles/role-powers.query.js';
import { SaveRole } from '../roles/save-role.operation.js';
import { AssignTenantRole } from './assign-tenant-role.operation.js';
import { ChangeUserRole } from './change-user-role.operation.js';
import { CreateUser } from './create-user.operation.js';
import { FindTenantUsers } from './find-tenant-users.query.js';
import { MembershipLock } from './membership-lock.js';
import { RemoveUser } from './remove-user.operation.js';
import { RestoreUser } from './restore-user.operation.js';
import { SuspendUser } from './suspend-user.operation.js';
import { FindUserProfile } from './user-profile.query.js';

/** What is done with people and their roles, for the module. */
export const peopleOperations = [
  AssignTenantRole,
  ChangeUserRole,
  CreateUser,
  DeleteRole,
  FindAssignableRoles,
  FindRoles,
  FindTenantUsers,
  FindUserProfile,
  MembershipLock,
  RemoveUser,
  RestoreUser,
  RolePowers,
  SaveRole,
  SuspendUser,
];
