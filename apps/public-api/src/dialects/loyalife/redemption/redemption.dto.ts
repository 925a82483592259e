import { parseDecimal } from '@tallystick/kernel';
import { field, Integer, Text, type FieldOptions } from '@tallystick/platform';
import { MerchantNameField, ProgramIdField, RelationReferenceField, RelationTypeField, type ProgramName } from '../loyalife.fields.js';
import { LoyalifeMemberKeysDto } from '../members/member-keys.dto.js';

/** The most decimals of points or money. */
const FINEST_SCALE = 4;

/** Any decimal number: whether it is above 0 has a code of its own. */
const NumberField = (options: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'number',
      schema: { oneOf: [{ type: 'number' }, { type: 'string', pattern: '^-?\\d{1,15}(\\.\\d{1,4})?$', maxLength: 21 }] },
      check: (value) => (typeof value === 'number' || typeof value === 'string') && typeof parseDecimal(value, FINEST_SCALE) === 'bigint',
      message: `Must be a number with at most ${FINEST_SCALE} decimals.`,
    },
    { optional: true, ...options },
  );

export const IdempotencyField = (): PropertyDecorator =>
  Text({
    max: 200,
    optional: true,
    pattern: /^[\x21-\x7e]+$/,
    hint: 'Must be 1 to 200 printable characters without spaces.',
    description: 'The key of a retry: the same on each try of one call.',
    example: 'b5f7c1de-7b1e-4c3a-9d52-4f0e8a6b1c2d',
  });

/** A redemption, in the vendor's form or in the short one: `memberId`, `points`, `amount`. */
export class LoyalifeRedeemPointsDto extends LoyalifeMemberKeysDto {
  @NumberField({ description: 'How many points.', example: 1000 }) Points?: number | string;
  @NumberField({ description: 'The same, in the short form.', example: 1000 }) points?: number | string;
  @NumberField({ description: 'What they are redeemed for, in money; kept with the redemption.', example: 12.5 }) Amount?: number | string;
  @NumberField({ description: 'The same, in the short form.', example: 12.5 }) amount?: number | string;
  @Text({
    min: 0,
    max: 200,
    optional: true,
    description: 'Asked for in the vendor’s form; a reversal names it again.',
    example: 'GIFT CARDS',
  })
  MerchantName?: string;
  @Integer({ min: 1, max: 9_999, optional: true, description: '4 transfer, 5 hotel, 6 air, 19 charity, 30 gift card.', example: 30 })
  LoyaltyTxnType?: number;
  @IdempotencyField() _xoxo_api_client_idempotency?: string;
}

/** The reversal of a redemption, which its GUID names. */
export class LoyalifeReversalPointsDto {
  @RelationReferenceField({ optional: true }) RelationReference?: string;
  @RelationReferenceField({ optional: true, description: 'The same, in the short form.', example: 'm_8124' }) memberId?: string;
  @MerchantNameField() MerchantName?: string;
  @Text({ min: 36, max: 36, description: 'The GUID of the redemption.', example: '0197A5C2-7B1E-7C3A-9D52-4F0E8A6B1C2D' })
  ExternalReference: string;
  @RelationTypeField() RelationType?: number | string;
  @ProgramIdField() ProgramId?: ProgramName;
}

/** The release of points that are held. */
export class LoyalifeReleaseHeldPointsDto {
  @RelationReferenceField({ optional: true }) RelationReference?: string;
  @RelationReferenceField({ optional: true, description: 'The same, in the short form.', example: 'm_8124' }) memberId?: string;
  @Text({ min: 36, max: 36, description: 'The id of the hold.', example: '0197A5C2-7B1E-7C3A-9D52-4F0E8A6B1C2D' })
  ExternalReference: string;
  @Text({ max: 500, optional: true, example: 'Order cancelled' }) Narration?: string;
  @RelationTypeField() RelationType?: number | string;
}
