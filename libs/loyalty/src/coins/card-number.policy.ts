import { createHash } from 'node:crypto';

/** How a card is shown: nothing but four digits, always the same for the same card. */
export function maskedNumber(cardId: string): string {
  const digits = createHash('sha256').update(`card ${cardId}`).digest().readUInt32BE() % 10_000;
  return `XXXX XXXX XXXX ${String(digits).padStart(4, '0')}`;
}
