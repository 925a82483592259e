import { CARD_ITEM_SCHEMA, LARGEST_CARD_BATCH, type CardBatchInput, type CardItem } from '@tallystick/offers';
import { field, ValidationFailed } from '@tallystick/platform';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { refuse } from '../reworth.codes.js';
import { inOurNames, inTheirNames, withoutNulls } from './item-names.js';

const ITEM_SCHEMA = inTheirNames(CARD_ITEM_SCHEMA);
const ajv = new Ajv2020({ allErrors: false, strict: false });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
const isItem = ajv.compile<Record<string, unknown>>(ITEM_SCHEMA);

/** The seed says text and shows a number: both are taken, and answered as they were sent (C5.1). */
const RequestId = (): PropertyDecorator =>
  field(
    {
      name: 'requestId',
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
    { description: 'Your name for this batch: the same again answers what has become of it.', example: 1644474347 },
  );

/** A list whose items are checked one by one with verdicts of their own, not by the DTO. */
const Lines = (): PropertyDecorator =>
  field(
    {
      name: 'lines',
      schema: { type: 'array', minItems: 1, maxItems: LARGEST_CARD_BATCH, items: ITEM_SCHEMA },
      check: Array.isArray,
      message: 'Must be a list.',
    },
    { description: '1 to 5,000 card transactions, best up to 1,000; each gets a verdict of its own.' },
  );

export class ReworthBatchDto {
  @RequestId()
  requestId: string | number;

  @Lines()
  transactions: unknown[];

  /** Checks every line. Throws `ValidationError` for an empty list, `BatchTooLarge` over 5,000 (C5.7). */
  static toInput({ requestId, transactions: raw }: ReworthBatchDto): CardBatchInput {
    if (raw.length === 0) throw ValidationFailed.with({ errors: { transactions: ['Must have at least 1 item.'] } });
    if (raw.length > LARGEST_CARD_BATCH)
      throw refuse('BatchTooLarge', { errors: { transactions: [`Must have at most ${LARGEST_CARD_BATCH} items.`] } });
    const lines = raw.map(withoutNulls).map((line) =>
      isItem(line)
        ? // The schema has the same rules as the lib's.
          { item: inOurNames(line) as unknown as CardItem }
        : { id: idOf(line), message: messageOf(isItem.errors?.[0]) },
    );
    return { requestId, raw, lines };
  }
}

const idOf = (line: unknown): string | null => {
  const id = (line as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 200) : null;
};

function messageOf(error: ErrorObject | null | undefined): string {
  if (!error) return 'The item is not valid.';
  const place = error.instancePath.slice(1).replaceAll('/', '.');
  return place ? `${place}: ${error.message}` : `The item ${error.message}.`;
}
