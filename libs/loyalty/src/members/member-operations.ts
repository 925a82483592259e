import { FindAttributeDefinitions } from '../attributes/find-attribute-definitions.query.js';
import { MemberAttributes } from '../attributes/member-attributes.js';
import { SaveAttributeDefinition } from '../attributes/save-attribute-definition.operation.js';
import { AddSubRelation } from '../relations/add-sub-relation.operation.js';
import { FindSubRelations } from '../relations/find-sub-relations.query.js';
import { RemoveSubRelation } from '../relations/remove-sub-relation.operation.js';
import { MoveRelations } from '../relations/move-relations.js';
import { CreateMember } from './create-member.operation.js';
import { EnrollMembers } from './enroll-members.operation.js';
import { EraseMember } from './erase-member.operation.js';
import { ErasedMembers } from './erased-members.js';
import { ExportMember } from './export-member.query.js';
import { FindMembers } from './find-members.query.js';
import { ForgetErased } from './forget-erased.js';
import { ForgetMember } from './forget-member.js';
import { ForgetWritings } from './forget-writings.js';
import { MemberErasures } from './member-erasures.js';
import { MemberKeys } from './member-keys.js';
import { MergeMembers } from './merge-members.operation.js';
import { MoveBalances } from './move-balances.js';
import { MoveStanding } from './move-standing.js';
import { ProfileSealer } from './profile-sealer.js';
import { Successions } from './successions.js';
import { UpdateMember } from './update-member.operation.js';

/** What the module of loyalty provides for members. */
export const MEMBER_OPERATIONS = [
  AddSubRelation,
  CreateMember,
  EnrollMembers,
  EraseMember,
  ErasedMembers,
  FindAttributeDefinitions,
  ExportMember,
  FindMembers,
  FindSubRelations,
  ForgetErased,
  ForgetMember,
  ForgetWritings,
  MemberAttributes,
  MemberErasures,
  MemberKeys,
  MergeMembers,
  MoveBalances,
  MoveRelations,
  MoveStanding,
  ProfileSealer,
  RemoveSubRelation,
  SaveAttributeDefinition,
  Successions,
  UpdateMember,
];
