import { BATCH_ITEM_SCHEMA, LARGEST_BATCH, type BatchItem, type PointsBatchInput } from '@tallystick/loyalty';
import { Choice, Integer, ListOf, PayloadTooLarge, PointsValue, Text, Uuid, ValidationFailed, field } from '@tallystick/platform';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = new Ajv2020({ allErrors: false, strict: false });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
const isItem = ajv.compile<BatchItem>(BATCH_ITEM_SCHEMA);

/** The caller's name for a batch: a string or a whole number (C5.1). */
const RequestId = (): PropertyDecorator =>
  field(
    {
      name: 'request_id',
      schema: {
        oneOf: [
          { type: 'string', minLength: 1, maxLength: 200 },
          { type: 'integer', minimum: 0 },
        ],
      },
      check: (value) =>
        typeof value === 'string' ? value.length > 0 && value.length <= 200 : Number.isSafeInteger(value) && (value as number) >= 0,
      message: 'Must be text of 1 to 200 characters or a whole number.',
    },
    { description: 'Your name for this batch: the same again answers the first result.', example: 'batch-2026-11-22-01' },
  );

/** A list whose items are checked one by one with verdicts of their own, not by the DTO. */
const Lines = (): PropertyDecorator =>
  field(
    {
      name: 'lines',
      schema: { type: 'array', minItems: 1, maxItems: LARGEST_BATCH, items: BATCH_ITEM_SCHEMA },
      check: Array.isArray,
      message: 'Must be a list.',
    },
    { description: `1 to ${LARGEST_BATCH} purchases and refunds; each gets its own verdict.` },
  );

export class PostBatchDto {
  @RequestId()
  request_id: string | number;

  @Uuid({ optional: true, description: "The program; the tenant's default program when left out." })
  program_id?: string;

  @Lines()
  transactions: unknown[];

  /** Checks every line by the compiled schema. Throws `validation_error` for an empty list, `payload_too_large` over 5,000 (C5.7). */
  static toInput({ request_id: requestId, program_id: programId, transactions: raw }: PostBatchDto): PointsBatchInput {
    if (raw.length === 0) throw ValidationFailed.with({ errors: { transactions: ['Must have at least 1 item.'] } });
    if (raw.length > LARGEST_BATCH) throw PayloadTooLarge.with({ errors: { transactions: [`Must have at most ${LARGEST_BATCH} items.`] } });
    const lines = raw.map((line) => (isItem(line) ? { item: line } : { id: idOf(line), reason: reasonOf(isItem.errors?.[0]) }));
    return { requestId, programId, raw, lines };
  }
}

const idOf = (line: unknown): string | null => {
  const id = (line as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 200) : null;
};

function reasonOf(error: ErrorObject | null | undefined): string {
  if (!error) return 'The item is not valid.';
  const field = error.instancePath.slice(1).replaceAll('/', '.');
  return field ? `${field}: ${error.message}` : `The item ${error.message}.`;
}

class BatchItemVerdictDto {
  @Text({ nullable: true, max: 200, example: 'PUR-2026-000123' })
  id: string | null;

  @Choice(['accepted', 'duplicate', 'rejected'], { example: 'accepted' })
  status: string;

  @PointsValue({ description: 'What the line moved: below 0 for a refund, 0 for a duplicate or rejected line.', example: 1250 })
  points: number;

  @Uuid({ nullable: true, description: 'Its transaction; for a duplicate, the original one.' })
  transaction_id: string | null;

  @Uuid({ nullable: true, description: 'The member it was counted for.' })
  member_id: string | null;

  @Text({
    optional: true,
    description: 'Why a line was rejected, or `parked` for a refund that waits for its purchase.',
    example: 'validation_error',
  })
  code?: string;

  @Text({ optional: true, max: 1_000 })
  reason?: string;
}

/** A batch with a verdict for each line, in the order they were sent. */
export class BatchDto {
  @RequestId()
  request_id: string | number;

  @Integer({ min: 1, max: LARGEST_BATCH, example: 2 })
  processed: number;

  @Integer({ min: 0, max: LARGEST_BATCH, example: 1 })
  accepted: number;

  @Integer({ min: 0, max: LARGEST_BATCH, example: 1 })
  duplicates: number;

  @Integer({ min: 0, max: LARGEST_BATCH, example: 0 })
  rejected: number;

  @PointsValue({ description: 'Sum over the accepted lines.', example: 1250 })
  points: number;

  @ListOf(() => BatchItemVerdictDto, { max: LARGEST_BATCH })
  items: BatchItemVerdictDto[];
}
