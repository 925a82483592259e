import { CARD_ITEM_SCHEMA, LARGEST_CARD_BATCH, type CardBatchInput, type CardItem } from '@tallystick/offers';
import { BatchLines, RequestId, checkCount, lineReader } from '@tallystick/platform';
import { refuse } from '../reworth.codes.js';
import { inOurNames, inTheirNames, withoutNulls } from './item-names.js';

const ITEM_SCHEMA = inTheirNames(CARD_ITEM_SCHEMA);
const readLine = lineReader<Record<string, unknown>>(ITEM_SCHEMA);

export class ReworthBatchDto {
  // The seed says text and shows a number.
  @RequestId({ description: 'Your name for this batch: the same again answers what has become of it.', example: 1644474347 })
  requestId: string | number;

  @BatchLines({
    max: LARGEST_CARD_BATCH,
    items: ITEM_SCHEMA,
    description: '1 to 5,000 card transactions, best up to 1,000; each gets a verdict of its own.',
  })
  transactions: unknown[];

  /** Checks every line. Throws `ValidationError` for an empty list, `BatchTooLarge` over 5,000 (C5.7). */
  static toInput({ requestId, transactions: raw }: ReworthBatchDto): CardBatchInput {
    checkCount(raw, LARGEST_CARD_BATCH, (details) => refuse('BatchTooLarge', details));
    const lines = raw.map((sent) => {
      const line = readLine(withoutNulls(sent));
      // The schema has the same rules as the lib's.
      return 'item' in line ? { item: inOurNames(line.item) as unknown as CardItem } : line;
    });
    return { requestId, raw, lines };
  }
}
