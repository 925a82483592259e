import type { TenantContext } from '@tallystick/kernel';
import { arraysOf, sourceOf, type Columns, type WriteTx } from '@tallystick/platform';
import { keepDirectory } from '../directory/keep-directory.js';
import type { CardDetails, CardTransaction } from './card-transaction.js';
import type { Cashbook } from './cashbook.js';
import type { Counter } from './cashbook-world.js';
import type { Standing } from './standing.policy.js';

type Tx = WriteTx<TenantContext>;

/** The columns of what stands, wherever a row has it. */
export const standingColumns = <Row>(standing: (row: Row) => Standing): Columns<Row> => ({
  cashback: ['bigint', (row) => standing(row).cashback],
  charge: ['bigint', (row) => standing(row).charge],
  institution_part: ['bigint', (row) => standing(row).institutionPart],
  platform_part: ['bigint', (row) => standing(row).platformPart],
  funded_merchant: ['bigint', (row) => standing(row).fundedMerchant],
  funded_institution: ['bigint', (row) => standing(row).fundedInstitution],
  funded_platform: ['bigint', (row) => standing(row).fundedPlatform],
});

/** What may change of a card transaction. */
const CHANGING: Columns<CardTransaction> = {
  purchase_id: ['uuid', (t) => t.purchaseId],
  status: ['text', (t) => t.status],
  amount: ['bigint', (t) => t.amount],
  authorized: ['boolean', (t) => t.authorized],
  cleared: ['bigint', (t) => t.cleared],
  reversed: ['bigint', (t) => t.reversed],
  refunded: ['bigint', (t) => t.refunded],
  settled_at: ['timestamptz', (t) => t.settledAt],
  merchant_id: ['uuid', (t) => t.merchantId],
  matched_by: ['text', (t) => t.matchedBy],
  verdict: ['text', (t) => t.verdict],
  reason: ['text', (t) => t.reason],
  offer_id: ['uuid', (t) => t.offerId],
  offer_version: ['integer', (t) => t.offerVersion],
  reward_state: ['text', (t) => t.rewardState],
  period: ['text', (t) => t.period],
  measured: ['bigint', (t) => t.measured],
  ...standingColumns((t: CardTransaction) => t.standing),
};

/** What stays as it was told. */
const FIXED: Columns<CardTransaction> = {
  id: ['uuid', (t) => t.id],
  source: ['text', (t) => t.source],
  type: ['text', (t) => t.type],
  reference: ['text', (t) => t.reference],
  original_reference: ['text', (t) => t.originalReference],
  member_id: ['uuid', (t) => t.memberId],
  currency: ['text', (t) => t.currency],
  occurred_at: ['timestamptz', (t) => t.occurredAt],
};

/** Where and how it was paid. */
const DETAILS: Columns<CardDetails> = {
  descriptor: ['text', (d) => d.descriptor],
  mcc: ['text', (d) => d.mcc],
  network_merchant_id: ['text', (d) => d.networkMerchantId],
  terminal_id: ['text', (d) => d.terminalId],
  zipcode: ['text', (d) => d.zipcode],
  bin: ['text', (d) => d.bin],
  last4: ['text', (d) => d.last4],
  authorization_code: ['text', (d) => d.authorizationCode],
  metadata: ['jsonb', (d) => d.metadata && JSON.stringify(d.metadata)],
};

const ALL = { ...FIXED, ...CHANGING, ...DETAILS } as Columns<never>;
const CHANGED: Columns<CardTransaction> = { id: FIXED.id!, ...CHANGING };

const INSERT = `insert into card_transaction (tenant_id, recorded_at, updated_at, ${Object.keys(ALL).join(', ')})
  select $1, $2::timestamptz, $2::timestamptz, r.* from ${sourceOf(ALL, 3)}`;
const UPDATE = `update card_transaction t set updated_at = $2::timestamptz,
  ${Object.keys(CHANGING).map((name) => `${name} = r.${name}`).join(', ')} from ${sourceOf(CHANGED, 3)} where t.tenant_id = $1 and t.id = r.id`; // prettier-ignore

/** Writes what a cashbook decided, all but the money, in one statement for each table. */
export async function writeCashbook(tx: Tx, book: Cashbook, now: Date): Promise<void> {
  const { tenantId } = tx.ctx;
  const added = [...book.added.values()];
  const details = added.map(({ id }) => book.told.get(id)!.details);
  if (added.length > 0)
    await tx.query(INSERT, [tenantId, now, ...arraysOf({ ...FIXED, ...CHANGING }, added), ...arraysOf(DETAILS, details)]);
  const changed = [...book.changed.values()];
  if (changed.length > 0) await tx.query(UPDATE, [tenantId, now, ...arraysOf(CHANGED, changed)]);
  await writeClearings(tx, book, now);
  await writeUse(tx, book);
}

const CLEARING: Columns<Cashbook['newClearings'][number]> = {
  source: ['text', ({ fact }) => fact.source],
  reference: ['text', ({ fact }) => fact.reference],
  part: ['integer', ({ fact }) => fact.part],
  purchase_id: ['uuid', ({ purchaseId }) => purchaseId],
  amount: ['bigint', ({ fact }) => fact.amount],
  settled_at: ['timestamptz', ({ fact }) => fact.settledAt],
};
const CLEAR = `insert into card_clearing (tenant_id, recorded_at, ${Object.keys(CLEARING).join(', ')})
  select $1, $2::timestamptz, r.* from ${sourceOf(CLEARING, 3)}`;

async function writeClearings(tx: Tx, { newClearings }: Cashbook, now: Date): Promise<void> {
  if (newClearings.length > 0) await tx.query(CLEAR, [tx.ctx.tenantId, now, ...arraysOf(CLEARING, newClearings)]);
}

const COUNTER: Columns<Counter> = {
  offer_id: ['uuid', (c) => c.offerId],
  member_id: ['uuid', (c) => c.memberId],
  period: ['text', (c) => c.period],
  cashback: ['bigint', (c) => c.cashback],
  rewards: ['integer', (c) => c.rewards],
};
const COUNT = `insert into cashback_counter (tenant_id, ${Object.keys(COUNTER).join(', ')})
  select $1, r.* from ${sourceOf(COUNTER, 2)} order by r.offer_id, r.member_id, r.period
  on conflict (tenant_id, offer_id, member_id, period) do update set cashback = excluded.cashback, rewards = excluded.rewards`;

/** What offers and customers have used: absolute values, as the lock of cashback makes safe. */
async function writeUse(tx: Tx, { countersUsed, offersUsed }: Cashbook): Promise<void> {
  const counters = [...countersUsed];
  if (counters.length > 0) await tx.query(COUNT, [tx.ctx.tenantId, ...arraysOf(COUNTER, counters)]);
  const offers = [...offersUsed].filter(({ spent, spentBefore }) => spent !== spentBefore);
  if (offers.length === 0) return;
  await tx.query(
    `update offer o set spent = u.spent from unnest($2::uuid[], $3::bigint[]) as u(id, spent)
     where o.tenant_id = $1 and o.id = u.id`,
    [tx.ctx.tenantId, offers.map(({ id }) => id), offers.map(({ spent }) => spent)],
  );
  const isShown = (budget: bigint | null, spent: bigint): boolean => budget === null || spent < budget;
  const turned = offers.filter(({ budget, spent, spentBefore }) => isShown(budget, spent) !== isShown(budget, spentBefore));
  if (turned.length > 0)
    await keepDirectory(
      tx,
      turned.map(({ merchantId }) => merchantId),
    );
}
