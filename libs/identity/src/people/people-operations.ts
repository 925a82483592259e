import { AcceptInvitation } from '../invitations/accept-invitation.operation.js';
import { FindInvitations } from '../invitations/find-invitations.query.js';
import { InviteUser } from '../invitations/invite-user.operation.js';
import { NewInvitations } from '../invitations/new-invitations.js';
import { FindOpenInvitation } from '../invitations/open-invitation.query.js';
import { PendingInvitations } from '../invitations/pending-invitations.js';
import { ResendInvitation } from '../invitations/resend-invitation.operation.js';
import { RevokeInvitation } from '../invitations/revoke-invitation.operation.js';
import { SendInvitation } from '../invitations/send-invitation.js';
import { ChangePlatformRole } from '../platform-people/change-platform-role.operation.js';
import { FindPlatformUsers } from '../platform-people/find-platform-users.query.js';
import { InvitePlatformUser } from '../platform-people/invite-platform-user.operation.js';
import { PlatformPlaces } from '../platform-people/platform-place.js';
import { RestorePlatformUser } from '../platform-people/restore-platform-user.operation.js';
import { SuspendPlatformUser } from '../platform-people/suspend-platform-user.operation.js';
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
import { SignOutUser } from './sign-out-user.operation.js';
import { SuspendUser } from './suspend-user.operation.js';
import { FindUserProfile } from './user-profile.query.js';

const ofTenants = [
  AssignTenantRole,
  ChangeUserRole,
  CreateUser,
  FindTenantUsers,
  FindUserProfile,
  MembershipLock,
  RemoveUser,
  RestoreUser,
  SignOutUser,
  SuspendUser,
];
const roles = [DeleteRole, FindAssignableRoles, FindRoles, RolePowers, SaveRole];
const invitations = [
  AcceptInvitation,
  FindInvitations,
  FindOpenInvitation,
  InviteUser,
  NewInvitations,
  PendingInvitations,
  ResendInvitation,
  RevokeInvitation,
  SendInvitation,
];
const ofThePlatform = [ChangePlatformRole, FindPlatformUsers, InvitePlatformUser, PlatformPlaces, RestorePlatformUser, SuspendPlatformUser];

/** What is done with people, their roles and invitations, for the module. */
export const peopleOperations = [...ofTenants, ...roles, ...invitations, ...ofThePlatform];
