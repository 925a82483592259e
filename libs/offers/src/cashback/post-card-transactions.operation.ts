import { Injectable } from '@nestjs/common';
import { fingerprint, type TenantContext } from '@tallystick/kernel';
import { EnrollMembers, FindPrograms, mayDo } from '@tallystick/loyalty';
import { IdempotencyInProgress, IdempotencyKeyReused, type BatchLine, type WriteTx } from '@tallystick/platform';
import { MatchMerchants, type MerchantMatch } from '../merchants/match-merchants.query.js';
import type { CardBatch, KeptLine } from './card-batch.js';
import type { MatchedMerchant } from './card-fact.js';
import { LARGEST_CARD_BATCH, readItem, type CardItem, type ReadItem } from './card-item.js';
import type { Taken } from './cashbook.js';
import { FindCardBatch } from './find-card-batch.query.js';
import { KeepCashbook } from './keep-cashbook.operation.js';

/** Ids are the institution's own within a source: one feed of card transactions, whichever way it comes. */
export const USUAL_SOURCE = 'cards';

/** Lines that are decided and written at once: what a part needs is garbage before it grows old, which thousands at once feel. */
const AT_ONCE = 1_000;

/** A batch as it came in; lines that failed the schema carry the reason instead of an item. */
export interface CardBatchInput {
  readonly requestId: string | number;
  /** `cards` when left out. */
  readonly source?: string;
  readonly lines: readonly BatchLine<CardItem>[];
  /** The lines exactly as sent, for recognizing a repeat. */
  readonly raw: readonly unknown[];
}

type Tx = WriteTx<TenantContext>;
type Readable = Extract<ReadItem, { item: CardItem }>;

/**
 * Takes card transactions, each with its own verdict, once per `(tenant, client, request_id)` (C5.1 to C5.7): the same request again answers
 * its present result, another content under the same id is refused, one that still runs answers 409.
 */
@Injectable()
export class PostCardTransactions {
  constructor(
    private readonly programs: FindPrograms,
    private readonly enroll: EnrollMembers,
    private readonly merchants: MatchMerchants,
    private readonly cashbook: KeepCashbook,
    private readonly findBatch: FindCardBatch,
  ) {}

  async execute(tx: Tx, input: CardBatchInput): Promise<{ batch: CardBatch; replayed: boolean }> {
    if (input.lines.length === 0 || input.lines.length > LARGEST_CARD_BATCH)
      throw new Error('the edge lets through only batches of 1 to 5,000 lines');
    const { requestId, source = USUAL_SOURCE } = input;
    const hash = fingerprint({ source, transactions: input.raw });
    const earlier = await this.claim(tx, String(requestId), hash);
    if (earlier) return { batch: earlier, replayed: true };
    const lines = await this.take(tx, source, input.lines);
    await tx.query(
      `insert into cashback_batch (tenant_id, client_id, request_id, request_id_as_sent, fingerprint, source, items, received_at)
       values ($1, $2, $3, $4, $5, $6, $7, tenant_now())`,
      [tx.ctx.tenantId, tx.ctx.actor.id, String(requestId), JSON.stringify(requestId), hash, source, JSON.stringify(lines)],
    );
    return { batch: await this.findBatch.show(tx, requestId, lines), replayed: false };
  }

  /** Answers the stored batch of this request id, or takes the id for this transaction. */
  private async claim(tx: Tx, requestId: string, hash: string): Promise<CardBatch | null> {
    const [lock] = await tx.query<{ locked: boolean }>(
      `select pg_try_advisory_xact_lock(hashtextextended('cashback_batch ' || $2 || ' ' || $3, hashtextextended($1::text, 0))) as locked`,
      [tx.ctx.tenantId, tx.ctx.actor.id, requestId],
    );
    if (!lock?.locked) throw IdempotencyInProgress.with({ retryAfter: 1 });
    const stored = await this.findBatch.present(tx, requestId);
    if (stored && stored.fingerprint !== hash)
      throw IdempotencyKeyReused.with({ errors: { request_id: ['Used before with other content.'] } });
    return stored?.batch ?? null;
  }

  private async take(tx: Tx, source: string, lines: CardBatchInput['lines']): Promise<KeptLine[]> {
    const [clock] = await tx.query<{ now: Date }>('select tenant_now() as now');
    const read = lines.map((line): ReadItem =>
      'item' in line ? readItem(line.item, source, clock!.now) : { reason: 'validation_error', message: line.message },
    );
    const items = read.filter((one): one is Readable => 'item' in one);
    const people = await this.enrolled(tx, items);
    const places = await this.matched(tx, items);
    const kept: KeptLine[] = [];
    for (let first = 0; first < read.length; first += AT_ONCE) {
      const some = read.slice(first, first + AT_ONCE);
      const facts = some.flatMap((one) => {
        const member = 'item' in one && people.get(one.item.member_reference);
        return member ? [{ one, fact: one.fact({ ...member, merchant: places.get(one) ?? { status: 'unknown' } }) }] : [];
      });
      const taken = await this.cashbook.execute(
        tx,
        { facts: facts.map(({ fact }) => fact) },
        (book) => new Map(facts.map(({ one, fact }): [ReadItem, Taken] => [one, book.take(fact)])),
      );
      kept.push(...some.map((one, index) => keep(lines[first + index]!, one, taken.get(one))));
    }
    return kept;
  }

  /** The customers by their references, who is new enrolled; those who were erased are left out (C9.4). */
  private async enrolled(tx: Tx, items: readonly Readable[]): Promise<Map<string, { memberId: string; memberActive: boolean }>> {
    const references = [...new Set(items.map(({ item }) => item.member_reference))];
    if (references.length === 0) return new Map();
    const { enrolled, known } = await this.enroll.execute(tx, references, await this.programs.usual(tx));
    return new Map(
      [...enrolled, ...known].map(({ reference, id, status }) => [reference, { memberId: id, memberActive: mayDo(status, 'earn') }]),
    );
  }

  /** The merchants of purchases, as far as they are known. */
  private async matched(tx: Tx, items: readonly Readable[]): Promise<Map<Readable, MatchedMerchant>> {
    const purchases = items.filter(({ item }) => item.type === 'purchase' && item.merchant !== undefined);
    if (purchases.length === 0) return new Map();
    const matches = await this.merchants.find(
      tx,
      purchases.map(({ item: { merchant } }) => ({
        merchantId: merchant?.merchant_id,
        terminalId: merchant?.terminal_id,
        descriptor: merchant?.descriptor,
        mcc: merchant?.mcc,
      })),
    );
    return new Map(purchases.map((one, index) => [one, placeOf(matches[index]!)]));
  }
}

/** What a match says to the cashbook. */
export function placeOf(match: MerchantMatch): MatchedMerchant {
  if (match.status === 'unmatched') return { status: 'unknown' };
  if (match.status === 'pending_match') return { status: 'ambiguous' };
  return { status: 'matched', merchantId: match.merchantId, by: match.by === 'similar_descriptor' ? 'likeness' : 'identifier' };
}

/** What the batch keeps of a line. */
function keep(line: CardBatchInput['lines'][number], read: ReadItem, taken: Taken | undefined): KeptLine {
  const id = 'item' in line ? line.item.id : line.id;
  if ('reason' in read) return { id, reason: read.reason, ...(read.message !== undefined && { message: read.message }) };
  if (!taken) return { id, reason: 'member_erased' };
  if (!taken.transaction) return { id, reason: taken.reason };
  return { id, transaction: taken.transaction.id, ...(taken.duplicate && { duplicate: true as const }) };
}
