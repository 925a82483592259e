import { normalizedRelation, RELATION_KINDS, type Relation, type RelationKind } from '@tallystick/loyalty';
import { Choice, Text, Uuid } from '@tallystick/platform';
import { RelationReferenceField, RelationTypeField } from '../loyalife.fields.js';

const Kind = (optional = false): PropertyDecorator =>
  Choice(RELATION_KINDS, { optional, description: 'What it is; external is an id in another system.', example: 'account' });
const Value = (optional = false): PropertyDecorator =>
  Text({ max: 200, optional, description: 'The number or id itself.', example: 'ACC-0042' });

/** Which member. */
class Owner {
  @RelationReferenceField({ optional: true }) RelationReference?: string;
  @RelationReferenceField({ optional: true, description: 'The same, in the short form.', example: 'm_8124' }) memberId?: string;
  @RelationTypeField() RelationType?: number | string;
}

/** A new link. */
export class LoyalifeAddSubRelationDto extends Owner {
  @Kind() SubRelationType: RelationKind;
  @Value() SubRelationReference: string;
}

/** Whose links, and of which kind. */
export class LoyalifeSubRelationsQuery {
  @RelationReferenceField() RelationReference: string;
  @RelationTypeField() RelationType?: number | string;
  @Kind(true) SubRelationType?: RelationKind;
}

/** Which link is to go. */
export class LoyalifeRemoveSubRelationDto extends Owner {
  @Uuid({ optional: true, description: 'Of the answer of `GetSubRelations`.' }) Id?: string;
  @Value(true) SubRelationReference?: string;
  @Kind(true) SubRelationType?: RelationKind;

  /** Whether a link is the one that is named. */
  names(): (relation: Relation) => boolean {
    const { Id, SubRelationReference: value, SubRelationType: kind } = this;
    return (relation) =>
      (Id === undefined || relation.id === Id.toLowerCase()) &&
      (value === undefined || normalizedRelation(relation.value) === normalizedRelation(value)) &&
      (kind === undefined || relation.kind === kind);
  }
}

/** A link. */
export class LoyalifeSubRelationDto {
  @Uuid() Id: string;
  @Kind() SubRelationType: RelationKind;
  @Value() SubRelationReference: string;
  @Text({ max: 40, example: '2026-01-15T05:00:00.000Z' }) CreatedDate: string;

  static from({ id, kind, value, created_at }: Relation): LoyalifeSubRelationDto {
    return { Id: id, SubRelationType: kind, SubRelationReference: value, CreatedDate: created_at };
  }
}
