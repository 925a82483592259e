import type { Purchase } from './purchase.js';

const SMALLEST = 2 ** 16;
const LARGEST = 2 ** 29;

/**
 * The id of a purchase from a log that gives none: `<member>-<date>-<quantity>-<amount>`, and what else is posted of it.
 * Made from the content alone, so that the same purchase has the same id wherever it stands in the file.
 */
export function contentId(purchase: Purchase, withCurrency: boolean): string {
  const date = purchase.occurred_at.replace('T00:00:00Z', '').replace(/[-:]/g, '');
  const parts = [purchase.member_reference, date, purchase.quantity, purchase.amount, withCurrency ? purchase.currency : undefined];
  if (purchase.type === 'refund') parts.push('refund', purchase.original_id);
  return parts.filter((part) => part !== undefined).join('-');
}

/**
 * Remembers which contents may stand in a file more than once, in a few bits a row.
 * It may suspect a content that stands there once, never the other way round; suspects are then counted exactly.
 */
export class RepeatSieve {
  private readonly once: Uint8Array;
  private readonly again: Uint8Array;
  private readonly mask: number;

  /** `fileBytes` sizes it: a slot a byte keeps false suspects to a few in a hundred rows. */
  constructor(fileBytes: number) {
    const slots = Math.min(LARGEST, Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(fileBytes + 1))));
    this.mask = slots - 1;
    this.once = new Uint8Array(slots / 8);
    this.again = new Uint8Array(slots / 8);
  }

  /** Notes that `content` stands in the file (once more). */
  note(content: string): void {
    const [byte, bit] = this.slot(content);
    if ((this.once[byte] as number) & bit) this.again[byte]! |= bit;
    this.once[byte]! |= bit;
  }

  /** Whether `content` may have been noted more than once. */
  suspects(content: string): boolean {
    const [byte, bit] = this.slot(content);
    return ((this.again[byte] as number) & bit) !== 0;
  }

  /** FNV-1a with the finalizer of MurmurHash3. */
  private slot(content: string): [byte: number, bit: number] {
    let hash = 0x811c9dc5;
    for (let index = 0; index < content.length; index++) hash = Math.imul(hash ^ content.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    const slot = (hash ^ (hash >>> 16)) & this.mask;
    return [slot >>> 3, 1 << (slot & 7)];
  }
}

/** Gives the rows of one pass through a file their ids: the repeats of a content get `#2`, `#3` and so on. */
export class ItemIds {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly sieve: RepeatSieve,
    private readonly withCurrency: boolean,
  ) {}

  /** The purchase's own id, or one made from its content. */
  of(purchase: Purchase): string {
    if (purchase.id !== undefined) return purchase.id;
    const content = contentId(purchase, this.withCurrency);
    if (!this.sieve.suspects(content)) return content;
    const count = (this.counts.get(content) ?? 0) + 1;
    this.counts.set(content, count);
    return count === 1 ? content : `${content}#${count}`;
  }
}
