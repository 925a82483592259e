import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Duplicate, NotFound, type WriteTx } from '@tallystick/platform';
import { keepDirectory } from '../directory/keep-directory.js';
import type { Category } from './category.js';
import { keepIdentifiers } from './merchant-identifiers.js';
import { MERCHANT_COLUMNS, readMerchant, type BusinessType, type Identifiers, type Merchant, type MerchantRow } from './merchant.js';
import type { MerchantStatus, SocialLink } from './merchant.js';
import { MerchantCreated, MerchantUpdated } from './merchants.acts.js';
import { nameGrams } from './name.policy.js';
import { plainText } from './plain-text.policy.js';

/** A merchant as an admin describes it. */
export interface MerchantInput {
  /** Our id when left out. */
  readonly reference?: string;
  readonly name: string;
  readonly category: Category;
  readonly status: MerchantStatus;
  readonly priceLevel: number;
  /** In tenths of a star. */
  readonly rating: number;
  readonly businessType: BusinessType | null;
  readonly url: string | null;
  readonly logoUrl: string | null;
  readonly socialMedia: readonly SocialLink[];
  readonly mccs: readonly string[];
  readonly identifiers: Identifiers;
}

/** What is to change of a merchant; identifiers are replaced kind by kind. */
export type MerchantChange = Partial<Omit<MerchantInput, 'reference' | 'identifiers'>> & { readonly identifiers?: Partial<Identifiers> };

type Tx = WriteTx<TenantContext>;

const UNKNOWN: Pick<MerchantInput, 'status' | 'priceLevel' | 'rating'> = { status: 'active', priceLevel: 1, rating: 0 };

/** Registers merchants and changes them, with all by which they are found. */
@Injectable()
export class SaveMerchant {
  /** Throws `duplicate` for a taken reference, `identifier_taken`, `validation_error`. */
  async create(tx: Tx, input: MerchantInput): Promise<Merchant> {
    const id = newId();
    const { tenantId } = tx.ctx;
    const [row] = await tx.query(
      `insert into merchant (tenant_id, id, reference, name, search_name, status, category, price_level, rating, business_type, url, logo_url,
         social_media, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, tenant_now(), tenant_now())
       on conflict (tenant_id, reference) do nothing returning id`,
      [tenantId, id, input.reference ?? id, ...columnsOf(input)],
    );
    if (!row) throw Duplicate.with({ errors: { reference: ['Another merchant has this reference.'] } });
    await this.keepParts(tx, id, input, null);
    const merchant = await found(tx, id);
    tx.audit(MerchantCreated, { target: targetOf(merchant), after: told(merchant) });
    return merchant;
  }

  /** Throws `not_found`, `identifier_taken`, `validation_error`. */
  async update(tx: Tx, id: string, change: MerchantChange): Promise<Merchant> {
    const known = await lockMerchant(tx, id);
    const input: MerchantInput = {
      ...known,
      ...defined(change),
      identifiers: { ...known.identifiers, ...defined(change.identifiers ?? {}) },
    };
    await tx.query(
      `update merchant set name = $3, search_name = $4, status = $5, category = $6, price_level = $7, rating = $8, business_type = $9, url = $10,
         logo_url = $11, social_media = $12, updated_at = tenant_now() where tenant_id = $1 and id = $2`,
      [tx.ctx.tenantId, id, ...columnsOf(input)],
    );
    await this.keepParts(tx, id, input, known);
    await keepDirectory(tx, [id]);
    const merchant = await found(tx, id);
    tx.audit(MerchantUpdated, { target: targetOf(merchant), ...changesOf(told(known), told(merchant)) });
    return merchant;
  }

  /** Registers the merchant of a reference, or changes it where it is known; what a row leaves out stays as it is. Tells whether it changed anything. */
  async put(
    tx: Tx,
    reference: string,
    given: MerchantChange & Pick<MerchantInput, 'name' | 'category'>,
  ): Promise<{ id: string; changed: boolean }> {
    const [row] = await tx.query<{ id: string }>('select id from merchant where tenant_id = $1 and reference = $2', [
      tx.ctx.tenantId,
      reference,
    ]);
    if (row) {
      const known = await lockMerchant(tx, row.id);
      const changed = differs(known, given);
      if (changed) await this.update(tx, row.id, given);
      return { id: row.id, changed };
    }
    const nothing: Identifiers = { merchantIds: [], terminalIds: [], descriptors: [] };
    const links = { businessType: null, url: null, logoUrl: null, socialMedia: [], mccs: [] };
    const identifiers = { ...nothing, ...defined(given.identifiers ?? {}) };
    const { id } = await this.create(tx, { ...UNKNOWN, ...links, ...(defined(given) as typeof given), identifiers, reference });
    return { id, changed: true };
  }

  private async keepParts(tx: Tx, id: string, { name, mccs, identifiers }: MerchantInput, known: Merchant | null): Promise<void> {
    const { tenantId } = tx.ctx;
    if (name !== known?.name) {
      const plain = plainText(name);
      if (known) await tx.query(`delete from merchant_gram where tenant_id = $1 and merchant_id = $2 and source = 'name'`, [tenantId, id]);
      await tx.query(
        `insert into merchant_gram (tenant_id, source, gram, merchant_id, value) select $1, 'name', gram, $2, $3 from unnest($4::text[]) as gram`,
        [tenantId, id, plain, nameGrams(plain)],
      );
    }
    if (known)
      await tx.query('delete from merchant_mcc where tenant_id = $1 and merchant_id = $2 and mcc <> all($3::text[])', [tenantId, id, mccs]);
    await tx.query(
      `insert into merchant_mcc (tenant_id, mcc, merchant_id) select $1, mcc, $2 from unnest($3::text[]) as mcc on conflict do nothing`,
      [tenantId, id, mccs],
    );
    await keepIdentifiers(tx, id, identifiers);
  }
}

/** A merchant, nobody else's to change until the transaction ends. Throws `not_found`. */
export async function lockMerchant(tx: Tx, id: string): Promise<Merchant> {
  const [row] = await tx.query('select id from merchant where tenant_id = $1 and id = $2 for no key update', [tx.ctx.tenantId, id]);
  if (!row) throw NotFound.with();
  return found(tx, id);
}

async function found(tx: Tx, id: string): Promise<Merchant> {
  const [row] = await tx.query<MerchantRow>(`select ${MERCHANT_COLUMNS} from merchant m where m.tenant_id = $1 and m.id = $2`, [
    tx.ctx.tenantId,
    id,
  ]);
  return readMerchant(row!);
}

const columnsOf = (input: MerchantInput): unknown[] => [
  input.name,
  plainText(input.name),
  input.status,
  input.category,
  input.priceLevel,
  input.rating,
  input.businessType,
  input.url,
  input.logoUrl,
  JSON.stringify(input.socialMedia),
];

const defined = <T extends object>(given: T): Partial<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;

function differs(known: Merchant, { identifiers = {}, ...change }: MerchantChange): boolean {
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const sorted = (list: readonly string[]): string[] => [...list].sort();
  // jsonb keeps members in an order of its own.
  const pairs = (links: readonly SocialLink[]): string[][] => links.map(({ network, url }) => [network, url]);
  const lists = Object.entries(defined(identifiers)) as [keyof Identifiers, readonly string[]][];
  return (
    Object.entries(defined(change)).some(([name, value]) => {
      if (name === 'socialMedia') return !same(pairs(value as SocialLink[]), pairs(known.socialMedia));
      const before = known[name as keyof Merchant];
      return !same(name === 'mccs' ? sorted(value as string[]) : value, before);
    }) || lists.some(([kind, list]) => !same(sorted(list), sorted(known.identifiers[kind])))
  );
}

const targetOf = ({ id }: Merchant) => ({ type: 'merchant', id });

/** A merchant as the audit trail tells of it. */
const told = ({ id: _, popularity: __, createdAt: ___, updatedAt: ____, ...merchant }: Merchant): object => merchant;
