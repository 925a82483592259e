import { Injectable } from '@nestjs/common';
import { currencyExponent, formatDecimal, newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Duplicate, InvalidState, NotFound, ValidationFailed, type ActDefinition, type WriteTx } from '@tallystick/platform';
import { keepDirectory } from '../directory/keep-directory.js';
import { problemsOfTerms, termsRecord } from './offer-terms.policy.js';
import { OFFER_COLUMNS, readOffer, type Offer, type OfferRow, type OfferStatus, type OfferTerms } from './offer.js';
import { OfferActivated, OfferCreated, OfferEnded, OfferPaused, OfferUpdated } from './offers.acts.js';
import { BudgetBelowSpent } from './offers.errors.js';

/** An offer as an admin describes it. */
export interface OfferInput extends Omit<OfferTerms, 'startsAt'> {
  readonly merchantId: string;
  /** Our id when left out. */
  readonly reference?: string;
  /** The moment of its creation when left out. */
  readonly startsAt?: Date;
}

/** What is to change; the currency can be changed only of a draft. */
export type OfferChange = Partial<OfferTerms>;

/** Where an offer may go from where it stands, and what the audit trail calls it. */
const STEPS: Readonly<Record<Exclude<OfferStatus, 'draft'>, { readonly from: readonly OfferStatus[]; readonly act: ActDefinition }>> = {
  active: { from: ['draft', 'paused'], act: OfferActivated },
  paused: { from: ['active'], act: OfferPaused },
  ended: { from: ['draft', 'active', 'paused'], act: OfferEnded },
};

type Tx = WriteTx<TenantContext>;

/** Drafts offers, changes their terms and puts them into and out of force. */
@Injectable()
export class SaveOffer {
  /** Throws `not_found` for an unknown merchant, `duplicate` for a taken reference, `validation_error`. */
  async create(tx: Tx, input: OfferInput): Promise<Offer> {
    await shareMerchant(tx, input.merchantId);
    const terms: OfferTerms = { ...input, startsAt: input.startsAt ?? (await tenantNow(tx)) };
    check(terms);
    const id = newId();
    const [row] = await tx.query<OfferRow>(
      `insert into offer as o (tenant_id, id, merchant_id, reference, status, version, created_at, updated_at, ${TERM_COLUMNS.join(', ')})
       values ($1, $2, $3, $4, 'draft', 1, tenant_now(), tenant_now(), ${TERM_COLUMNS.map((_, n) => `$${n + 5}`).join(', ')})
       on conflict (tenant_id, reference) do nothing returning ${OFFER_COLUMNS}`,
      [tx.ctx.tenantId, id, input.merchantId, input.reference ?? id, ...valuesOf(terms)],
    );
    if (!row) throw Duplicate.with({ errors: { reference: ['Another offer has this reference.'] } });
    const offer = readOffer(row);
    await keepVersion(tx, offer);
    tx.audit(OfferCreated, {
      target: targetOf(offer),
      after: { merchant_id: offer.merchantId, reference: offer.reference, ...termsRecord(offer) },
    });
    return offer;
  }

  /**
   * Changes terms and makes a new version of them; what was rewarded stays as it was. Without a difference it stays the version it is.
   * Throws `not_found`, `validation_error`, `invalid_state` for one that has ended, `budget_below_spent`.
   */
  async update(tx: Tx, id: string, changeOf: OfferChange | ((known: Offer) => OfferChange)): Promise<Offer> {
    const known = await lockOffer(tx, id);
    const change = typeof changeOf === 'function' ? changeOf(known) : changeOf;
    if (known.status === 'ended') throw InvalidState.with({ message: 'The offer has ended' });
    const terms: OfferTerms = { ...known, ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) };
    if (terms.currency !== known.currency && known.status !== 'draft')
      throw InvalidState.with({ message: 'The currency of an offer that was in force stays', errors: { currency: known.currency } });
    check(terms);
    const exponent = currencyExponent(known.currency);
    if (terms.budget !== null && terms.budget < known.spent)
      throw BudgetBelowSpent.with({
        errors: { budget: ['More than this was spent already.'], spent: formatDecimal(known.spent, exponent) },
      });
    const changes = changesOf(termsRecord(known), termsRecord(terms));
    if (Object.keys(changes.after).length === 0) {
      tx.audit(OfferUpdated, { target: targetOf(known), ...changes });
      return known;
    }
    const [row] = await tx.query<OfferRow>(
      `update offer o set version = version + 1, updated_at = tenant_now(), ${TERM_COLUMNS.map((name, n) => `${name} = $${n + 3}`).join(', ')}
       where o.tenant_id = $1 and o.id = $2 returning ${OFFER_COLUMNS}`,
      [tx.ctx.tenantId, id, ...valuesOf(terms)],
    );
    const offer = readOffer(row!);
    await keepVersion(tx, offer);
    await keepDirectory(tx, [offer.merchantId], offer.id);
    tx.audit(OfferUpdated, { target: targetOf(offer), ...changes });
    return offer;
  }

  /**
   * Drafts the offer of a reference, or changes its terms where it is known, and puts it where `status` says. Tells whether it changed
   * anything. Throws what the single steps throw, and `invalid_state` for an offer of another merchant.
   */
  async put(tx: Tx, input: OfferInput & { readonly reference: string }, status?: Exclude<OfferStatus, 'draft'>): Promise<boolean> {
    const [row] = await tx.query<OfferRow>(`select ${OFFER_COLUMNS} from offer o where o.tenant_id = $1 and o.reference = $2`, [
      tx.ctx.tenantId,
      input.reference,
    ]);
    if (row && row.merchant_id !== input.merchantId)
      throw InvalidState.with({ errors: { merchant_reference: ["The offer of this reference is another merchant's."] } });
    const known = row && readOffer(row);
    const { merchantId: _, reference: __, ...terms } = input;
    const changed = !known || differs(known, { ...known, ...terms, startsAt: terms.startsAt ?? known.startsAt });
    const offer = !known ? await this.create(tx, input) : changed ? await this.update(tx, known.id, terms) : known;
    if (status === undefined || status === offer.status) return changed;
    if (status === 'paused' && offer.status === 'draft') await this.step(tx, offer.id, 'active');
    await this.step(tx, offer.id, status);
    return true;
  }

  /** Puts an offer into force, pauses it, or ends it for good. Throws `not_found`, `invalid_state`. */
  async step(tx: Tx, id: string, to: Exclude<OfferStatus, 'draft'>): Promise<Offer> {
    const known = await lockOffer(tx, id);
    const { from, act } = STEPS[to];
    if (!from.includes(known.status)) throw InvalidState.with({ errors: { status: known.status } });
    if (to === 'active' && known.endsAt !== null && known.endsAt <= (await tenantNow(tx)))
      throw InvalidState.with({
        message: 'The offer is over: give it a later ends_at first',
        errors: { ends_at: known.endsAt.toISOString() },
      });
    const [row] = await tx.query<OfferRow>(
      `update offer o set status = $3, updated_at = tenant_now() where o.tenant_id = $1 and o.id = $2 returning ${OFFER_COLUMNS}`,
      [tx.ctx.tenantId, id, to],
    );
    const offer = readOffer(row!);
    await keepDirectory(tx, [offer.merchantId], offer.id);
    tx.audit(act, { target: targetOf(offer), before: { status: known.status }, after: { status: to } });
    return offer;
  }
}

const TERM_COLUMNS = [
  'name',
  'kind',
  'currency',
  'rate_bps',
  'fixed_amount',
  'rounding',
  'min_amount',
  'cap_per_transaction',
  'cap_per_period',
  'cap_period',
  'per_user_limit',
  'budget',
  'funded_by_merchant',
  'funded_by_institution',
  'funded_by_platform',
  'share_customer',
  'share_institution',
  'share_platform',
  'requires_activation',
  'starts_at',
  'ends_at',
];

const valuesOf = ({ fundedBy, shares, ...terms }: OfferTerms): unknown[] => [
  terms.name,
  terms.kind,
  terms.currency,
  terms.rateBps,
  terms.fixedAmount,
  terms.rounding,
  terms.minAmount,
  terms.capPerTransaction,
  terms.capPerPeriod,
  terms.capPeriod,
  terms.perUserLimit,
  terms.budget,
  fundedBy.merchant,
  fundedBy.institution,
  fundedBy.platform,
  shares.customer,
  shares.institution,
  shares.platform,
  terms.requiresActivation,
  terms.startsAt,
  terms.endsAt,
];

const differs = (one: OfferTerms, other: OfferTerms): boolean => JSON.stringify(storedTerms(one)) !== JSON.stringify(storedTerms(other));

/** Terms as a version keeps them: the columns of the offer, amounts as decimal text of minor units. */
const storedTerms = (terms: OfferTerms): object => {
  const values = valuesOf(terms).map((value) => (typeof value === 'bigint' ? String(value) : value));
  return Object.fromEntries(TERM_COLUMNS.map((name, n) => [name, values[n]]));
};

/** Its merchant stays as it is until the transaction ends, so that the directory tells of both as they are. Throws `not_found`. */
async function shareMerchant(tx: Tx, merchantId: string): Promise<void> {
  const [merchant] = await tx.query('select id from merchant where tenant_id = $1 and id = $2 for share', [tx.ctx.tenantId, merchantId]);
  if (!merchant) throw NotFound.with({ message: 'There is no such merchant', errors: { merchant_id: ['No such merchant.'] } });
}

/** An offer, nobody else's to change until the transaction ends; its merchant is held before it, always in this order. Throws `not_found`. */
async function lockOffer(tx: Tx, id: string): Promise<Offer> {
  const [found] = await tx.query<{ merchant_id: string }>('select merchant_id from offer where tenant_id = $1 and id = $2', [
    tx.ctx.tenantId,
    id,
  ]);
  if (!found) throw NotFound.with();
  await shareMerchant(tx, found.merchant_id);
  const [row] = await tx.query<OfferRow>(`select ${OFFER_COLUMNS} from offer o where o.tenant_id = $1 and o.id = $2 for no key update`, [
    tx.ctx.tenantId,
    id,
  ]);
  return readOffer(row!);
}

function check(terms: OfferTerms): void {
  const errors = problemsOfTerms(terms);
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
}

async function tenantNow(tx: Tx): Promise<Date> {
  const [row] = await tx.query<{ now: Date }>('select tenant_now() as now');
  return row!.now;
}

async function keepVersion(tx: Tx, offer: Offer): Promise<void> {
  await tx.query(
    'insert into offer_version (tenant_id, offer_id, version, terms, made_by, made_at) values ($1, $2, $3, $4, $5, tenant_now())',
    [tx.ctx.tenantId, offer.id, offer.version, JSON.stringify(storedTerms(offer)), tx.ctx.actor.id],
  );
}

const targetOf = ({ id }: Offer) => ({ type: 'offer', id });
