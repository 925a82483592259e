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
import { Choice, Integer, ListOf, Nested, PayloadTooLarge, Text, Uuid, ValidationFailed, field } from '@tallystick/platform';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = new Ajv2020({ allErrors: false, strict: false });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
const isItem = ajv.compile<CardItem>(CARD_ITEM_SCHEMA);

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
    { description: 'Your name for this batch: the same again answers its present result.', example: 'cards-2026-11-22-01' },
  );

/** A list whose items are checked one by one with verdicts of their own, not by the DTO. */
const Lines = (): PropertyDecorator =>
  field(
    {
      name: 'lines',
      schema: { type: 'array', minItems: 1, maxItems: LARGEST_CARD_BATCH, items: CARD_ITEM_SCHEMA },
      check: Array.isArray,
      message: 'Must be a list.',
    },
    { description: `1 to ${LARGEST_CARD_BATCH} card transactions; each gets its own verdict.` },
  );

export class PostCardBatchDto {
  @RequestId()
  request_id: string | number;

  @Text({
    optional: true,
    max: 50,
    description: 'The feed within which your ids are unique, whichever way it comes; one for all when left out.',
    example: USUAL_SOURCE,
  })
  source?: string;

  @Lines()
  transactions: unknown[];

  /** Checks every line by the compiled schema. Throws `validation_error` for an empty list, `payload_too_large` over 5,000 (C5.7). */
  static toInput({ request_id: requestId, source, transactions: raw }: PostCardBatchDto): CardBatchInput {
    if (raw.length === 0) throw ValidationFailed.with({ errors: { transactions: ['Must have at least 1 item.'] } });
    if (raw.length > LARGEST_CARD_BATCH)
      throw PayloadTooLarge.with({ errors: { transactions: [`Must have at most ${LARGEST_CARD_BATCH} items.`] } });
    const lines = raw.map((line) => (isItem(line) ? { item: line } : { id: idOf(line), message: messageOf(isItem.errors?.[0]) }));
    return { requestId, raw, lines, ...(source !== undefined && { source }) };
  }
}

const idOf = (line: unknown): string | null => {
  const id = (line as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 200) : null;
};

function messageOf(error: ErrorObject | null | undefined): string {
  if (!error) return 'The item is not valid.';
  const name = error.instancePath.slice(1).replaceAll('/', '.');
  return name ? `${name}: ${error.message}` : `The item ${error.message}.`;
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
  @RequestId()
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
