import { Choice, Moment, Text, Uuid } from '@tallystick/platform';
import { RELATION_KINDS, type RelationKind } from './relation.js';

export class AddRelationDto {
  @Choice(RELATION_KINDS, { example: 'account' })
  kind: RelationKind;

  @Text({ max: 200, description: 'Gaps and hyphens make no difference.', example: '50100012345678' })
  value: string;
}

export class RelationDto {
  @Uuid()
  id: string;

  @Choice(RELATION_KINDS, { example: 'card' })
  kind: RelationKind;

  @Text({ max: 200, description: "Of a card's number the last four digits alone.", example: '************1234' })
  value: string;

  @Moment()
  created_at: string;
}
