import {
  Choice,
  Email,
  Integer,
  ListOf,
  OpenDto,
  PointsValue,
  Text,
  field,
  type CustomValue,
  type FieldOptions,
} from '@tallystick/platform';
import { RelationReferenceField } from '../loyalife.fields.js';
import { LoyalifeMemberKeysDto } from './member-keys.dto.js';
import { isStatusNumber } from './profile.policy.js';

const StatusField = (options: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'status',
      schema: {
        oneOf: [
          { type: 'string', enum: ['1', '2', '3', '4', '5', '6'] },
          { type: 'integer', minimum: 1, maximum: 6 },
        ],
      },
      check: isStatusNumber,
      message: 'Must be a number from 1 to 6.',
    },
    { description: '1 active, 2 suspended, 3 login blocked, 4 cancelled, 5 inactive, 6 membership blocked.', example: '1', ...options },
  );

const MobileField = (): PropertyDecorator =>
  field(
    {
      name: 'mobile',
      schema: {
        oneOf: [
          { type: 'string', minLength: 5, maxLength: 30 },
          { type: 'integer', minimum: 10_000, maximum: 999_999_999_999_999 },
        ],
      },
      check: (value) => (typeof value === 'string' && value.length <= 30) || (Number.isInteger(value) && (value as number) > 0),
      message: 'Must be a telephone number.',
    },
    { optional: true, description: 'With its country as +91, or without.', example: '+919800000001' },
  );

/** What a profile can say; fields of the tenant's own are attributes. */
@OpenDto()
export class LoyalifeProfileDto {
  @Text({ max: 200, optional: true, example: 'Asha Rao' }) full_name?: string;
  @Email({ optional: true }) email_id?: string;
  @MobileField() mobile_number?: string | number;
  @Choice(['M', 'F', 'O'], { optional: true, example: 'F' }) gender?: string;
  @Text({ max: 20, optional: true, description: 'The day of birth.', example: '1990-05-31' }) dob?: string;
  @Text({ max: 500, optional: true, example: '12 MG Road, Bengaluru' }) address?: string;
  @StatusField({ optional: true }) status?: string | number;
  readonly custom: Readonly<Record<string, CustomValue>>;
}

/** A new member. */
@OpenDto()
export class LoyalifeCreateProfileDto extends LoyalifeProfileDto {
  @RelationReferenceField() relation_reference: string;
}

/** A change of a member: what is left out stays. */
export class LoyalifeUpdateProfileDto {
  @Integer({ min: 1, max: Number.MAX_SAFE_INTEGER, description: 'The number of the member, `Id` of the profile.', example: 10000001 })
  id: number;
  @field(
    {
      name: 'profile',
      schema: { $ref: '#/components/schemas/LoyalifeProfileDto' },
      check: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      message: 'Must be an object.',
    },
    { example: { full_name: 'Asha Rao', status: '1' } },
  )
  data: object;
}

/** A change of a member's status. */
export class LoyalifeUpdateStatusDto extends LoyalifeMemberKeysDto {
  @StatusField({}) Status: string | number;
}

const Nullable = (example: string, description?: string): PropertyDecorator =>
  Text({ max: 1_000, nullable: true, example, ...(description && { description }) });
const Yes = (description: string): PropertyDecorator =>
  field({ name: 'flag', schema: { type: 'boolean' }, check: () => true, message: '' }, { description, example: true });
const NumberOfMember = (): PropertyDecorator =>
  Integer({ min: 1, max: Number.MAX_SAFE_INTEGER, description: 'The number of the member.', example: 10000001 });

/** An attribute of the tenant's own. */
export class LoyalifeAttributeDto {
  @Text({ max: 100, example: 'employee_code' }) Key: string;
  @field(
    {
      name: 'value',
      schema: {
        anyOf: ['string', 'number', 'boolean', 'object', 'array', 'null'].map((type) => ({ type, ...(type === 'array' && { items: {} }) })),
      },
      check: () => true,
      message: '',
    },
    { example: 'E-1042' },
  )
  Value: unknown;
}

/** A member's profile. */
export class LoyalifeMemberProfileDto {
  @NumberOfMember() Id: number;
  @Text({ max: 200, example: 'C08409803' }) RelationReference: string;
  @Nullable('Asha Rao') FullName: string | null;
  @Nullable('asha@example.com') Email: string | null;
  @Nullable('+919800000001') MobileNumber: string | null;
  @Nullable('1990-05-31') DOB: string | null;
  @Nullable('F') Gender: string | null;
  @Nullable('12 MG Road, Bengaluru') Address: string | null;
  @Integer({ min: 1, max: 6, example: 1 }) Status: number;
  @Yes('Whether the member has come in: is not inactive.') IsAccountActivated: boolean;
  @Nullable('Gold') TierName: string | null;
  @PointsValue({ description: 'What can be redeemed now.' }) TotalPoints: number;
  @Text({ max: 40, example: '2026-01-15T05:00:00.000Z' }) EnrollmentDate: string;
  @Nullable('2026-01-16T05:00:00.000Z', 'When they were first active.') ActivatedDate: string | null;
  @Nullable('2026-02-01T05:00:00.000Z') LastLoggedIn: string | null;
  @Yes('Whether purchases earn points now.') IsAccrualAllowed: boolean;
  @Nullable('premium,travel', 'The codes of the segments, with commas.') CustomerSegment: string | null;
  @ListOf(() => LoyalifeAttributeDto, { max: 500 }) Attributes: LoyalifeAttributeDto[];
}

/** A member as a unique attribute finds them. */
export class LoyalifeMemberDetailsDto {
  @NumberOfMember() Id: number;
  @Nullable('Asha Rao') FullName: string | null;
  @Nullable('asha@example.com') Email: string | null;
  @Text({ max: 200, example: 'C08409803' }) RelationReference: string;
  @Nullable('Gold') TierName: string | null;
  @PointsValue({ description: 'What can be redeemed now.' }) TotalPoints: number;
}
