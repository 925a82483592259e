import { BATCH_ITEM_SCHEMA, LARGEST_BATCH, type BatchItem, type PointsBatchInput } from '@tallystick/loyalty';
import { BatchLines, Choice, Integer, ListOf, PointsValue, RequestId, Text, Uuid, checkCount, lineReader } from '@tallystick/platform';

const readLine = lineReader<BatchItem>(BATCH_ITEM_SCHEMA);
const PointsRequestId = (): PropertyDecorator =>
  RequestId({ description: 'Your name for this batch: the same again answers the first result.', example: 'batch-2026-11-22-01' });

export class PostBatchDto {
  @PointsRequestId()
  request_id: string | number;

  @Uuid({ optional: true, description: "The program; the tenant's default program when left out." })
  program_id?: string;

  @BatchLines({
    max: LARGEST_BATCH,
    items: BATCH_ITEM_SCHEMA,
    description: `1 to ${LARGEST_BATCH} purchases and refunds; each gets its own verdict.`,
  })
  transactions: unknown[];

  /** Checks every line by the compiled schema. Throws `validation_error` for an empty list, `payload_too_large` over 5,000 (C5.7). */
  static toInput({ request_id: requestId, program_id: programId, transactions: raw }: PostBatchDto): PointsBatchInput {
    checkCount(raw, LARGEST_BATCH);
    return { requestId, programId, raw, lines: raw.map(readLine) };
  }
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
  @PointsRequestId()
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
