import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { keepDirectory } from '../directory/keep-directory.js';
import type { CardTransaction } from './card-transaction.js';
import type { Cashbook } from './cashbook.js';
import type { Standing } from './standing.policy.js';

type Tx = WriteTx<TenantContext>;

/** The columns of what stands. */
export const standingColumns = (standing: Standing): Record<string, string> => ({
  cashback: String(standing.cashback),
  charge: String(standing.charge),
  institution_part: String(standing.institutionPart),
  platform_part: String(standing.platformPart),
  funded_merchant: String(standing.fundedMerchant),
  funded_institution: String(standing.fundedInstitution),
  funded_platform: String(standing.fundedPlatform),
});

export const STANDING_TYPES =
  'cashback bigint, charge bigint, institution_part bigint, platform_part bigint, funded_merchant bigint, funded_institution bigint, funded_platform bigint';

const CHANGING_TYPES = `purchase_id uuid, status text, amount bigint, authorized boolean, cleared bigint, reversed bigint, refunded bigint,
  settled_at timestamptz, merchant_id uuid, matched_by text, verdict text, reason text, offer_id uuid, offer_version integer, reward_state text,
  period text, measured bigint, ${STANDING_TYPES}`;
const FIXED_TYPES = `source text, type text, reference text, original_reference text, member_id uuid, currency text, occurred_at timestamptz,
  descriptor text, mcc text, network_merchant_id text, terminal_id text, zipcode text, bin text, last4 text, authorization_code text, metadata jsonb`;

const namesOf = (types: string): string[] => types.split(',').map((column) => column.trim().split(' ')[0] as string);
const CHANGING = namesOf(CHANGING_TYPES);
const FIXED = namesOf(FIXED_TYPES);

const INSERT = `insert into card_transaction (tenant_id, id, recorded_at, updated_at, ${[...FIXED, ...CHANGING].join(', ')})
  select $1, r.id, $3::timestamptz, $3::timestamptz, ${[...FIXED, ...CHANGING].map((name) => `r.${name}`).join(', ')}
  from json_to_recordset($2::json) as r(id uuid, ${FIXED_TYPES}, ${CHANGING_TYPES})`;
const UPDATE = `update card_transaction t set updated_at = $3::timestamptz, ${CHANGING.map((name) => `${name} = r.${name}`).join(', ')}
  from json_to_recordset($2::json) as r(id uuid, ${CHANGING_TYPES}) where t.tenant_id = $1 and t.id = r.id`;

/** Writes what a cashbook decided, all but the money, in one statement for each table. */
export async function writeCashbook(tx: Tx, book: Cashbook, now: Date): Promise<void> {
  const { tenantId } = tx.ctx;
  const added = [...book.added.values()];
  if (added.length > 0) await tx.query(INSERT, [tenantId, JSON.stringify(added.map((transaction) => newRow(book, transaction))), now]);
  const changed = [...book.changed.values()];
  if (changed.length > 0)
    await tx.query(UPDATE, [tenantId, JSON.stringify(changed.map((one) => ({ id: one.id, ...changingColumns(one) }))), now]);
  await writeClearings(tx, book, now);
  await writeUse(tx, book);
}

function newRow(book: Cashbook, transaction: CardTransaction): object {
  const { id, source, type, reference, originalReference, memberId, currency, occurredAt } = transaction;
  const details = book.told.get(id)!.details;
  return {
    id,
    source,
    type,
    reference,
    original_reference: originalReference,
    member_id: memberId,
    currency,
    occurred_at: occurredAt,
    descriptor: details.descriptor,
    mcc: details.mcc,
    network_merchant_id: details.networkMerchantId,
    terminal_id: details.terminalId,
    zipcode: details.zipcode,
    bin: details.bin,
    last4: details.last4,
    authorization_code: details.authorizationCode,
    metadata: details.metadata,
    ...changingColumns(transaction),
  };
}

const changingColumns = (one: CardTransaction): object => ({
  purchase_id: one.purchaseId,
  status: one.status,
  amount: String(one.amount),
  authorized: one.authorized,
  cleared: String(one.cleared),
  reversed: String(one.reversed),
  refunded: String(one.refunded),
  settled_at: one.settledAt,
  merchant_id: one.merchantId,
  matched_by: one.matchedBy,
  verdict: one.verdict,
  reason: one.reason,
  offer_id: one.offerId,
  offer_version: one.offerVersion,
  reward_state: one.rewardState,
  period: one.period,
  measured: String(one.measured),
  ...standingColumns(one.standing),
});

async function writeClearings(tx: Tx, { newClearings }: Cashbook, now: Date): Promise<void> {
  if (newClearings.length === 0) return;
  await tx.query(
    `insert into card_clearing (tenant_id, source, reference, part, purchase_id, amount, settled_at, recorded_at)
     select $1, c.source, c.reference, c.part, c.purchase_id, c.amount, c.settled_at, $8::timestamptz
     from unnest($2::text[], $3::text[], $4::int[], $5::uuid[], $6::bigint[], $7::timestamptz[]) as c(source, reference, part, purchase_id, amount, settled_at)`,
    [
      tx.ctx.tenantId,
      newClearings.map(({ fact }) => fact.source),
      newClearings.map(({ fact }) => fact.reference),
      newClearings.map(({ fact }) => fact.part),
      newClearings.map(({ purchaseId }) => purchaseId),
      newClearings.map(({ fact }) => fact.amount),
      newClearings.map(({ fact }) => fact.settledAt),
      now,
    ],
  );
}

/** What offers and customers have used: absolute values, as the lock of cashback makes safe. */
async function writeUse(tx: Tx, { countersUsed, offersUsed }: Cashbook): Promise<void> {
  const counters = [...countersUsed];
  if (counters.length > 0)
    await tx.query(
      `insert into cashback_counter (tenant_id, offer_id, member_id, period, cashback, rewards)
       select $1, c.offer_id, c.member_id, c.period, c.cashback, c.rewards
       from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::int[]) as c(offer_id, member_id, period, cashback, rewards)
       order by c.offer_id, c.member_id, c.period
       on conflict (tenant_id, offer_id, member_id, period) do update set cashback = excluded.cashback, rewards = excluded.rewards`,
      [
        tx.ctx.tenantId,
        counters.map(({ offerId }) => offerId),
        counters.map(({ memberId }) => memberId),
        counters.map(({ period }) => period),
        counters.map(({ cashback }) => cashback),
        counters.map(({ rewards }) => rewards),
      ],
    );
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
