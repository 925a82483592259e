import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import type { CardFact } from './card-fact.js';
import type { CardReason, CardTransaction } from './card-transaction.js';
import {
  EVER,
  clearingKey,
  counterKey,
  emptyWorld,
  originKey,
  pairKey,
  transactionKey,
  type BookedOffer,
  type CashbookWorld,
} from './cashbook-world.js';
import { OFFER_COLUMNS, readOffer, type OfferRow } from '../offers/offer.js';
import type { Standing } from './standing.policy.js';
import { readTermsRecord } from './terms.js';
import { capPeriodOf, termsOf } from './weigh-purchase.policy.js';

type Tx = WriteTx<TenantContext>;

/** What card facts, or decisions about card transactions that are known, need to be decided. */
export interface CashbookScope {
  readonly facts: readonly CardFact[];
  /** Transactions that are known, with the merchant that a purchase may turn out to be of. */
  readonly known?: readonly { readonly id: string; readonly merchantId: string | null }[];
}

interface TransactionRow {
  id: string;
  source: string;
  type: CardTransaction['type'];
  reference: string;
  original_reference: string | null;
  purchase_id: string | null;
  member_id: string;
  status: CardTransaction['status'];
  currency: string;
  amount: string;
  authorized: boolean;
  cleared: string;
  reversed: string;
  refunded: string;
  occurred_at: Date;
  settled_at: Date | null;
  merchant_id: string | null;
  matched_by: CardTransaction['matchedBy'];
  verdict: CardTransaction['verdict'];
  reason: CardReason | null;
  offer_id: string | null;
  offer_version: number | null;
  reward_state: CardTransaction['rewardState'];
  period: string | null;
  measured: string;
  cashback: string;
  charge: string;
  institution_part: string;
  platform_part: string;
  funded_merchant: string;
  funded_institution: string;
  funded_platform: string;
}

const COLUMNS = `t.id, t.source, t.type, t.reference, t.original_reference, t.purchase_id, t.member_id,
  t.status, t.currency, t.amount, t.authorized, t.cleared, t.reversed, t.refunded, t.occurred_at, t.settled_at, t.merchant_id, t.matched_by,
  t.verdict, t.reason, t.offer_id, t.offer_version, t.reward_state, t.period, t.measured, t.cashback, t.charge, t.institution_part,
  t.platform_part, t.funded_merchant, t.funded_institution, t.funded_platform`;

/**
 * Reads what the facts may depend on, in a few statements whatever their number, and locks the offers in the order of their ids. The caller
 * holds the lock of cashback.
 */
export async function loadWorld(tx: Tx, { facts, known = [] }: CashbookScope): Promise<CashbookWorld> {
  const [clock] = await tx.query<{ now: Date; zone: string }>('select tenant_now() as now, timezone as zone from tenant where id = $1', [
    tx.ctx.tenantId,
  ]);
  const world = emptyWorld(clock!.now, clock!.zone);
  await readClearings(tx, world, facts);
  await readTransactions(
    tx,
    world,
    facts,
    known.map(({ id }) => id),
  );
  const subjects = subjectsOf(world, facts, known);
  await readOffers(tx, world, subjects);
  await readFormerTerms(tx, world);
  await readActivations(tx, world, subjects);
  await readHistories(tx, world, subjects);
  await readCounters(tx, world, subjects);
  return world;
}

/** What facts name in one source: purchases, and refunds and reversals of their own. */
interface Names {
  readonly purchases: Set<string>;
  readonly returns: Set<string>;
}

/** One source as a rule: a batch has one. Values of one array each are looked up in an index at once. */
function namesOf(facts: readonly CardFact[]): Map<string, Names> {
  const bySource = new Map<string, Names>();
  for (const fact of facts) {
    const names = bySource.get(fact.source) ?? { purchases: new Set(), returns: new Set() };
    bySource.set(fact.source, names);
    const isReturn = fact.kind === 'refund' || fact.kind === 'reversal';
    (isReturn ? names.returns : names.purchases).add(fact.reference);
    if ('originalReference' in fact && fact.originalReference !== null) names.purchases.add(fact.originalReference);
  }
  return bySource;
}

async function readClearings(tx: Tx, world: CashbookWorld, facts: readonly CardFact[]): Promise<void> {
  for (const [source, { purchases }] of namesOf(facts)) {
    const rows = await tx.query<{ reference: string; part: number; purchase_id: string; amount: string }>(
      'select reference, part, purchase_id, amount from card_clearing where tenant_id = $1 and source = $2 and reference = any($3::text[])',
      [tx.ctx.tenantId, source, [...purchases]],
    );
    for (const { reference, part, purchase_id, amount } of rows) {
      world.clearings.set(clearingKey(source, reference, part), { purchaseId: purchase_id, amount: BigInt(amount) });
      world.clearedAs.set(originKey(source, reference), purchase_id);
    }
  }
}

async function readTransactions(tx: Tx, world: CashbookWorld, facts: readonly CardFact[], ids: readonly string[]): Promise<void> {
  const { tenantId } = tx.ctx;
  for (const [source, { purchases, returns }] of namesOf(facts)) {
    const mine = `select ${COLUMNS} from card_transaction t where t.tenant_id = $1 and t.source = $2`;
    keep(
      world,
      await tx.query<TransactionRow>(
        `${mine} and t.type = 'purchase' and t.reference = any($3::text[])
         union all ${mine} and t.type in ('refund', 'reversal') and t.reference = any($4::text[])
         union all ${mine} and t.original_reference = any($3::text[]) and t.verdict = 'pending_match' and t.reference <> all($4::text[])`,
        [tenantId, source, [...purchases], [...returns]],
      ),
    );
  }
  const missing = [...new Set([...ids, ...world.clearedAs.values()])].filter((id) => !world.byId.has(id));
  if (missing.length === 0) return;
  keep(
    world,
    await tx.query<TransactionRow>(`select ${COLUMNS} from card_transaction t where t.tenant_id = $1 and t.id = any($2::uuid[])`, [
      tenantId,
      missing,
    ]),
  );
}

function keep(world: CashbookWorld, rows: TransactionRow[]): void {
  for (const transaction of rows.map(readTransaction).sort((one, other) => (one.id < other.id ? -1 : 1))) {
    const { id, type, source, reference, originalReference, verdict } = transaction;
    if (world.byId.has(id)) continue;
    world.byId.set(id, transaction);
    world.transactions.set(transactionKey(type, source, reference), transaction);
    if (type === 'purchase' || verdict !== 'pending_match') continue;
    const key = originKey(source, originalReference as string);
    world.waiting.set(key, [...(world.waiting.get(key) ?? []), transaction]);
  }
}

const readTransaction = (row: TransactionRow): CardTransaction => ({
  id: row.id,
  source: row.source,
  type: row.type,
  reference: row.reference,
  originalReference: row.original_reference,
  purchaseId: row.purchase_id,
  memberId: row.member_id,
  status: row.status,
  currency: row.currency,
  amount: BigInt(row.amount),
  authorized: row.authorized,
  cleared: BigInt(row.cleared),
  reversed: BigInt(row.reversed),
  refunded: BigInt(row.refunded),
  occurredAt: row.occurred_at,
  settledAt: row.settled_at,
  merchantId: row.merchant_id,
  matchedBy: row.matched_by,
  verdict: row.verdict,
  reason: row.reason,
  offerId: row.offer_id,
  offerVersion: row.offer_version,
  rewardState: row.reward_state,
  period: row.period,
  measured: BigInt(row.measured),
  standing: standingIn(row),
});

const standingIn = (row: TransactionRow): Standing => ({
  cashback: BigInt(row.cashback),
  charge: BigInt(row.charge),
  institutionPart: BigInt(row.institution_part),
  platformPart: BigInt(row.platform_part),
  fundedMerchant: BigInt(row.funded_merchant),
  fundedInstitution: BigInt(row.funded_institution),
  fundedPlatform: BigInt(row.funded_platform),
});

/** A customer at a merchant, at the time of a purchase. */
interface Subject {
  readonly memberId: string;
  readonly merchantId: string;
  readonly occurredAt: Date;
}

function subjectsOf(world: CashbookWorld, facts: readonly CardFact[], known: NonNullable<CashbookScope['known']>): Subject[] {
  const subjects: Subject[] = [];
  for (const fact of facts) {
    if (!('merchant' in fact) || fact.merchant.status !== 'matched') continue;
    subjects.push({ memberId: fact.memberId, merchantId: fact.merchant.merchantId, occurredAt: fact.occurredAt });
  }
  const found = new Map(known.map(({ id, merchantId }) => [id, merchantId]));
  for (const { id, type, memberId, merchantId, occurredAt } of world.byId.values()) {
    const at = found.get(id) ?? merchantId;
    if (type === 'purchase' && at !== null) subjects.push({ memberId, merchantId: at, occurredAt });
  }
  return subjects;
}

async function readOffers(tx: Tx, world: CashbookWorld, subjects: readonly Subject[]): Promise<void> {
  if (subjects.length === 0) return;
  const rows = await tx.query<OfferRow & { merchant_active: boolean }>(
    `select ${OFFER_COLUMNS}, (select m.status = 'active' from merchant m where m.tenant_id = $1 and m.id = o.merchant_id) as merchant_active
     from offer o where o.tenant_id = $1 and o.merchant_id = any($2::uuid[]) order by o.id for no key update`,
    [tx.ctx.tenantId, [...new Set(subjects.map(({ merchantId }) => merchantId))]],
  );
  for (const row of rows) {
    const known = readOffer(row);
    const { id, merchantId, version, startsAt, endsAt, requiresActivation, budget, spent } = known;
    const active = known.status === 'active' && row.merchant_active;
    const offer: BookedOffer = {
      ...{ id, merchantId, version, active, startsAt, endsAt, requiresActivation, budget, spent },
      ...{ terms: known, spentBefore: spent },
    };
    world.offers.set(offer.id, offer);
    const beside = world.offersOf.get(offer.merchantId);
    if (beside) beside.push(offer);
    else world.offersOf.set(offer.merchantId, [offer]);
  }
}

/** The rewarded purchases among what was read. */
const rewarded = (world: CashbookWorld): CardTransaction[] =>
  [...world.byId.values()].filter(({ type, offerId }) => type === 'purchase' && offerId !== null);

async function readFormerTerms(tx: Tx, world: CashbookWorld): Promise<void> {
  const former = new Map<string, { id: string; version: number }>();
  for (const { offerId, offerVersion } of rewarded(world))
    if (world.offers.get(offerId!)?.version !== offerVersion)
      former.set(pairKey(offerId!, String(offerVersion)), { id: offerId!, version: offerVersion! });
  if (former.size === 0) return;
  const rows = await tx.query<{ offer_id: string; version: number; terms: Record<string, unknown> }>(
    `select v.offer_id, v.version, v.terms from unnest($2::uuid[], $3::int[]) as k(id, version)
     join offer_version v on v.tenant_id = $1 and v.offer_id = k.id and v.version = k.version`,
    [tx.ctx.tenantId, [...former.values()].map(({ id }) => id), [...former.values()].map(({ version }) => version)],
  );
  for (const { offer_id, version, terms } of rows) world.formerTerms.set(pairKey(offer_id, String(version)), readTermsRecord(terms));
}

const offersFor = (world: CashbookWorld, { merchantId }: Subject): readonly BookedOffer[] => world.offersOf.get(merchantId) ?? [];

async function readActivations(tx: Tx, world: CashbookWorld, subjects: readonly Subject[]): Promise<void> {
  const pairs = new Map<string, { offer: string; member: string }>();
  for (const subject of subjects)
    for (const { id, requiresActivation } of offersFor(world, subject))
      if (requiresActivation) pairs.set(pairKey(id, subject.memberId), { offer: id, member: subject.memberId });
  if (pairs.size === 0) return;
  const rows = await tx.query<{ offer_id: string; member_id: string; activated_at: Date }>(
    `select a.offer_id, a.member_id, a.activated_at from unnest($2::uuid[], $3::uuid[]) as k(offer, member)
     join offer_activation a on a.tenant_id = $1 and a.offer_id = k.offer and a.member_id = k.member`,
    [tx.ctx.tenantId, [...pairs.values()].map(({ offer }) => offer), [...pairs.values()].map(({ member }) => member)],
  );
  for (const row of rows) world.activations.set(pairKey(row.offer_id, row.member_id), row.activated_at);
}

async function readHistories(tx: Tx, world: CashbookWorld, subjects: readonly Subject[]): Promise<void> {
  const pairs = new Map<string, Subject>();
  for (const subject of subjects)
    if (offersFor(world, subject).some(({ terms }) => terms.kind === 'first_time'))
      pairs.set(pairKey(subject.memberId, subject.merchantId), subject);
  if (pairs.size === 0) return;
  const rows = await tx.query<{ member_id: string; merchant_id: string; standing: number; taken_back: number }>(
    `select k.member as member_id, k.merchant as merchant_id, h.standing, h.taken_back
     from unnest($2::uuid[], $3::uuid[]) as k(member, merchant), lateral (
       select count(*) filter (where t.cashback > 0)::int as standing, count(*) filter (where t.cashback = 0 and t.measured > 0)::int as taken_back
       from card_transaction t where t.tenant_id = $1 and t.member_id = k.member and t.merchant_id = k.merchant
         and t.type = 'purchase' and t.offer_id is not null) h`,
    [tx.ctx.tenantId, [...pairs.values()].map(({ memberId }) => memberId), [...pairs.values()].map(({ merchantId }) => merchantId)],
  );
  for (const row of rows)
    world.histories.set(pairKey(row.member_id, row.merchant_id), { standing: row.standing, takenBack: row.taken_back });
}

async function readCounters(tx: Tx, world: CashbookWorld, subjects: readonly Subject[]): Promise<void> {
  const keys = new Map<string, readonly [offer: string, member: string, period: string]>();
  const add = (offer: string, member: string, period: string): unknown =>
    keys.set(counterKey(offer, member, period), [offer, member, period]);
  for (const subject of subjects)
    for (const { id, terms } of offersFor(world, subject)) {
      const period = capPeriodOf(world, terms, subject.occurredAt);
      if (period !== null) add(id, subject.memberId, period);
      if (terms.perUserLimit !== null) add(id, subject.memberId, EVER);
    }
  for (const purchase of rewarded(world)) {
    if (purchase.period !== null) add(purchase.offerId!, purchase.memberId, purchase.period);
    if (termsOf(world, purchase).perUserLimit !== null) add(purchase.offerId!, purchase.memberId, EVER);
  }
  if (keys.size === 0) return;
  const columns = [0, 1, 2].map((column) => [...keys.values()].map((key) => key[column]));
  const rows = await tx.query<{ offer_id: string; member_id: string; period: string; cashback: string; rewards: number }>(
    `select c.offer_id, c.member_id, c.period, c.cashback, c.rewards from unnest($2::uuid[], $3::uuid[], $4::text[]) as k(offer, member, period)
     join cashback_counter c on c.tenant_id = $1 and c.offer_id = k.offer and c.member_id = k.member and c.period = k.period`,
    [tx.ctx.tenantId, ...columns],
  );
  for (const { offer_id: offerId, member_id: memberId, period, cashback, rewards } of rows)
    world.counters.set(counterKey(offerId, memberId, period), { offerId, memberId, period, cashback: BigInt(cashback), rewards });
}
