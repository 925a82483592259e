import { defineEvent } from '@tallystick/platform';
import { RELATION_KINDS, type RelationKind } from './relation.js';

const uuid = { type: 'string', format: 'uuid' };
const schema = {
  type: 'object',
  required: ['id', 'member_id', 'kind'],
  properties: { id: uuid, member_id: uuid, kind: { enum: [...RELATION_KINDS] } },
};

/** What is told of a relation: never its value. */
export interface RelationData {
  readonly id: string;
  readonly member_id: string;
  readonly kind: RelationKind;
}

export const MemberRelationAdded = defineEvent<RelationData>({
  name: 'member.relation_added',
  summary: 'A card, account, device or id elsewhere leads to a member from now on.',
  schema,
});
export const MemberRelationRemoved = defineEvent<RelationData>({
  name: 'member.relation_removed',
  summary: 'A card, account, device or id elsewhere leads to a member no more.',
  schema,
});
