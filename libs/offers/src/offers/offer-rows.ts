import { Injectable } from '@nestjs/common';
import { Money, currencyExponent, isCurrency, type TenantContext } from '@tallystick/kernel';
import {
  BadCell,
  postEach,
  readDecimal,
  readMoment,
  readText,
  rejectedRow,
  type FieldCells,
  type FileField,
  type Reading,
  type RowKind,
  type RowVerdict,
} from '@tallystick/loyalty';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { importedRow, readChoice, readFlag, readWhole } from '../merchants/import-cells.policy.js';
import { WHOLE } from './offer-terms.policy.js';
import { CAP_PERIODS, OFFER_KINDS, ROUNDINGS, type OfferStatus } from './offer.js';
import { SaveOffer, type OfferInput } from './save-offer.operation.js';

const OPTIONAL = [
  ...['rate_bps', 'amount', 'rounding', 'min_amount', 'cap_per_transaction', 'cap_per_period', 'cap_period', 'per_user_limit', 'budget'],
  ...['funded_by_merchant', 'funded_by_institution', 'funded_by_platform', 'share_customer', 'share_institution', 'share_platform'],
  ...['requires_activation', 'starts_at', 'ends_at', 'status'],
];

/** The columns of a file of offers. */
export const OFR_FIELDS: readonly FileField[] = [
  ...['reference', 'merchant_reference', 'name', 'kind', 'currency'].map((name) => ({ name, required: true })),
  ...OPTIONAL.map((name) => ({ name })),
];

interface OfferFact {
  readonly reference: string;
  readonly merchantReference: string;
  readonly terms: Omit<OfferInput, 'merchantId' | 'reference'>;
  readonly status: Exclude<OfferStatus, 'draft'> | undefined;
}

/** Offers by reference: a row says all of an offer's terms; with a status it puts it there, without it is drafted, or stays where it is. */
@Injectable()
export class OfferRows implements RowKind<OfferFact> {
  readonly type = 'OFR';
  readonly chunk = 200;
  readonly pointless = true;

  constructor(private readonly saveOffer: SaveOffer) {}

  fields(): Promise<readonly FileField[]> {
    return Promise.resolve(OFR_FIELDS);
  }

  keyOf(cells: FieldCells): string {
    return cells('reference');
  }

  read(cells: FieldCells, { format, zone }: Reading): OfferFact {
    const known = <T>(field: string, read: (text: string) => T): T | null => (cells(field) === '' ? null : read(cells(field)));
    const currency = readText(cells('currency'), 'currency', 3);
    if (!isCurrency(currency)) throw new BadCell('currency', 'Must be an ISO 4217 currency code, as MXN.');
    const money = (field: string): bigint | null =>
      known(field, (text) => {
        const read = Money.parse(readDecimal(text, field, format), currency);
        if (typeof read === 'string') throw new BadCell(field, `Must be an amount with at most ${currencyExponent(currency)} decimals.`);
        return read.minor;
      });
    const part = (field: string, usual: number): number => known(field, (text) => readWhole(text, field, 0, WHOLE)) ?? usual;
    const parts = <T>(fields: readonly string[], read: (usual: number) => T): T =>
      read(fields.every((field) => cells(field) === '') ? WHOLE : 0);
    return {
      reference: readText(cells('reference'), 'reference', 128),
      merchantReference: readText(cells('merchant_reference'), 'merchant_reference', 128),
      status: known('status', (text) => readChoice(text, 'status', ['active', 'paused', 'ended'])) ?? undefined,
      terms: {
        name: readText(cells('name'), 'name', 200),
        kind: readChoice(cells('kind'), 'kind', OFFER_KINDS),
        currency,
        rateBps: known('rate_bps', (text) => readWhole(text, 'rate_bps', 1, WHOLE)),
        fixedAmount: money('amount'),
        rounding: known('rounding', (text) => readChoice(text, 'rounding', ROUNDINGS)) ?? 'half_up',
        minAmount: money('min_amount'),
        capPerTransaction: money('cap_per_transaction'),
        capPerPeriod: money('cap_per_period'),
        capPeriod: known('cap_period', (text) => readChoice(text, 'cap_period', CAP_PERIODS)),
        perUserLimit: known('per_user_limit', (text) => readWhole(text, 'per_user_limit', 1, 1_000_000)),
        budget: money('budget'),
        fundedBy: parts(['funded_by_merchant', 'funded_by_institution', 'funded_by_platform'], (usual) => ({
          merchant: part('funded_by_merchant', usual),
          institution: part('funded_by_institution', 0),
          platform: part('funded_by_platform', 0),
        })),
        shares: parts(['share_customer', 'share_institution', 'share_platform'], (usual) => ({
          customer: part('share_customer', usual),
          institution: part('share_institution', 0),
          platform: part('share_platform', 0),
        })),
        requiresActivation: known('requires_activation', (text) => readFlag(text, 'requires_activation')) ?? false,
        startsAt: known('starts_at', (text) => readMoment(text, 'starts_at', format, zone)) ?? undefined,
        endsAt: known('ends_at', (text) => readMoment(text, 'ends_at', format, zone)),
      },
    };
  }

  async post(tx: WriteTx<TenantContext>, facts: readonly OfferFact[]): Promise<RowVerdict[]> {
    const merchants = await tx.query<{ id: string; reference: string }>(
      'select id, reference from merchant where tenant_id = $1 and reference = any($2::text[])',
      [tx.ctx.tenantId, [...new Set(facts.map(({ merchantReference }) => merchantReference))]],
    );
    const idOf = new Map(merchants.map(({ id, reference }) => [reference, id]));
    return postEach(
      tx,
      facts,
      ({ reference }) => reference,
      async ({ reference, merchantReference, terms, status }) => {
        const merchantId = idOf.get(merchantReference);
        if (merchantId === undefined) return rejectedRow(reference, NotFound.code, 'There is no such merchant.', 'merchant_reference');
        return importedRow(reference, await this.saveOffer.put(tx, { ...terms, merchantId, reference }, status));
      },
    );
  }
}
