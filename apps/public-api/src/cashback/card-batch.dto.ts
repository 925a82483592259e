import {
  CARD_ITEM_SCHEMA,
  CARD_TYPES,
  CardConciliationDto,
  CardMoneyDto,
  CardOfferDto,
  LARGEST_CARD_BATCH,
  REASONS,
  USUAL_SOURCE,
  VERDICTS,
  type CardBatchInput,
  type CardItem,
} from '@tallystick/offers';
import { BatchLines, Choice, Integer, ListOf, Nested, RequestId, Text, Uuid, checkCount, lineReader } from '@tallystick/platform';

const readLine = lineReader<CardItem>(CARD_ITEM_SCHEMA);
const CardRequestId = (): PropertyDecorator =>
  RequestId({ description: 'Your name for this batch: the same again answers its present result.', example: 'cards-2026-11-22-01' });

export class PostCardBatchDto {
  @CardRequestId()
  request_id: string | number;

  @Text({
    optional: true,
    max: 50,
    description: 'The feed within which your ids are unique, whichever way it comes; one for all when left out.',
    example: USUAL_SOURCE,
  })
  source?: string;

  @BatchLines({
    max: LARGEST_CARD_BATCH,
    items: CARD_ITEM_SCHEMA,
    description: `1 to ${LARGEST_CARD_BATCH} card transactions; each gets its own verdict.`,
  })
  transactions: unknown[];

  /** Checks every line by the compiled schema. Throws `validation_error` for an empty list, `payload_too_large` over 5,000 (C5.7). */
  static toInput({ request_id: requestId, source, transactions: raw }: PostCardBatchDto): CardBatchInput {
    checkCount(raw, LARGEST_CARD_BATCH);
    return { requestId, raw, lines: raw.map(readLine), ...(source !== undefined && { source }) };
  }
}

class CardVerdictDto {
  @Text({ nullable: true, max: 200, example: 'FI-TXN-0001' })
  id: string | null;

  @Choice([...VERDICTS, 'duplicate'], { example: 'rewarded' })
  status: string;

  @Choice(Object.keys(REASONS), { nullable: true, example: 'below_minimum' })
  reason: string | null;

  @Text({ nullable: true, max: 1_000, example: REASONS.below_minimum })
  message: string | null;

  @Uuid({ nullable: true, description: 'Our id of the card transaction; for a duplicate, of the one that was counted.' })
  transaction_id: string | null;

  @Choice(CARD_TYPES, { nullable: true, example: 'purchase' })
  type: string | null;

  @Uuid({ nullable: true })
  member_id: string | null;

  @Text({ nullable: true, max: 200, example: 'C08409803' })
  member_reference: string | null;

  @Nested(() => CardOfferDto, { nullable: true })
  offer: CardOfferDto | null;

  @Nested(() => CardMoneyDto, { nullable: true, description: 'What the customer gets; of a refund what it took back, below 0.' })
  cashback: CardMoneyDto | null;

  @Nested(() => CardMoneyDto, { nullable: true, description: 'What the funders pay in all.' })
  charge: CardMoneyDto | null;

  @Nested(() => CardMoneyDto, { nullable: true, description: "The institution's part of the charge." })
  commission: CardMoneyDto | null;

  @Nested(() => CardConciliationDto, { nullable: true })
  conciliation: CardConciliationDto | null;
}

/** A batch with what became of each line by now, in the order they were sent. */
export class CardBatchDto {
  @CardRequestId()
  request_id: string | number;

  @Integer({ min: 1, max: LARGEST_CARD_BATCH, example: 2 })
  processed: number;

  @Integer({ min: 0, max: LARGEST_CARD_BATCH, example: 1 })
  rewarded: number;

  @Integer({ min: 0, max: LARGEST_CARD_BATCH, example: 1 })
  no_offer: number;

  @Integer({ min: 0, max: LARGEST_CARD_BATCH, example: 0 })
  pending_match: number;

  @Integer({ min: 0, max: LARGEST_CARD_BATCH, example: 0 })
  duplicates: number;

  @Integer({ min: 0, max: LARGEST_CARD_BATCH, example: 0 })
  rejected: number;

  @ListOf(() => CardVerdictDto, { max: LARGEST_CARD_BATCH })
  items: CardVerdictDto[];
}
