import { CONDITION_SCHEMA, type Condition, type Segment, type SegmentInput } from '@tallystick/loyalty';
import { Integer, ListOf, Moment, Text, Uuid, field, type FieldOptions } from '@tallystick/platform';

const Code = (options: FieldOptions): PropertyDecorator =>
  Text({ pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, max: 64, hint: 'Must be letters, digits, - and _, at most 64.', ...options });

/** A condition; what it is made of is checked by the operation, which names each mistake by its path. */
const Definition = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    {
      name: 'definition',
      schema: CONDITION_SCHEMA,
      check: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      message: 'Must be a condition: an object.',
    },
    {
      example: {
        all: [
          { field: 'status', op: 'eq', value: 'active' },
          { field: 'spend', days: 90, op: 'gte', value: '500' },
        ],
      },
      ...options,
    },
  );

export class CreateSegmentDto {
  @Code({ description: 'What rules call it by; it never changes.', example: 'big-spenders' })
  code: string;

  @Text({ max: 200, example: 'Big spenders' })
  name: string;

  @Text({ optional: true, nullable: true, max: 2_000 })
  description?: string | null;

  @Definition()
  definition: object;

  static toInput({ code, name, description, definition }: CreateSegmentDto): SegmentInput {
    return { code, name, description: description ?? null, definition };
  }
}

/** What an update leaves out stays as it is. */
export class UpdateSegmentDto {
  @Text({ optional: true, max: 200, example: 'Big spenders' })
  name?: string;

  @Text({ optional: true, nullable: true, max: 2_000 })
  description?: string | null;

  @Definition({ optional: true })
  definition?: object;
}

export class PreviewSegmentDto {
  @Definition()
  definition: object;
}

/** A segment as it stands. */
export class SegmentDto {
  @Uuid()
  id: string;

  @Code({ example: 'big-spenders' })
  code: string;

  @Text({ max: 200, example: 'Big spenders' })
  name: string;

  @Text({ nullable: true, max: 2_000 })
  description: string | null;

  @Definition()
  definition: Condition;

  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Members when it was last computed.', example: 42 })
  members: number;

  @Moment({ nullable: true, description: 'Null until it is computed for the first time.' })
  computed_at: string | null;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from({ id, code, name, description, definition, members, computedAt, createdAt, updatedAt }: Segment): SegmentDto {
    return {
      id,
      code,
      name,
      description,
      definition,
      members,
      computed_at: computedAt?.toISOString() ?? null,
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    };
  }
}

class SampledMemberDto {
  @Uuid()
  member_id: string;

  @Text({ max: 200, example: 'CUST-1001' })
  reference: string;
}

/** Who a definition would have in it now. */
export class SegmentPreviewDto {
  @Integer({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 1_204 })
  members: number;

  @ListOf(() => SampledMemberDto, { max: 20, description: 'The first of them.' })
  sample: SampledMemberDto[];
}

/** A member of a segment. */
export class SegmentMemberDto {
  @Uuid()
  member_id: string;

  @Text({ max: 200, example: 'CUST-1001' })
  reference: string;

  @Moment()
  since: string;
}
