import {
  ProgramIdField,
  RelationReferenceField,
  RelationTypeField,
  TransactionCurrencyField,
  type ProgramName,
} from '../loyalife.fields.js';

/** Which member of which program: by the reference of the relation, or by `memberId`, which is the same in the short form. */
export class LoyalifeMemberKeysDto {
  @RelationReferenceField({ optional: true }) RelationReference?: string;
  @RelationReferenceField({ optional: true, description: 'The same, in the short form.', example: 'm_8124' }) memberId?: string;
  @RelationTypeField() RelationType?: number | string;
  @TransactionCurrencyField() TransactionCurrency?: string;
  @ProgramIdField() ProgramId?: ProgramName;
}
