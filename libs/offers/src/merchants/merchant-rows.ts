import { Injectable } from '@nestjs/common';
import { parseDecimal, type TenantContext } from '@tallystick/kernel';
import {
  BadCell,
  postEach,
  readDecimal,
  readText,
  type FieldCells,
  type FileField,
  type Reading,
  type RowKind,
  type RowVerdict,
} from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import { CATEGORIES, type Category } from './category.js';
import { importedRow, readChoice, readList, readUrl, readWhole } from './import-cells.policy.js';
import { BUSINESS_TYPES, MERCHANT_STATUSES, NETWORKS, type SocialLink } from './merchant.js';
import { SaveMerchant, type MerchantChange, type MerchantInput } from './save-merchant.operation.js';

/** The columns of a file of merchants. */
export const MER_FIELDS: readonly FileField[] = [
  { name: 'reference', required: true },
  { name: 'name', required: true },
  { name: 'category', required: true },
  ...['status', 'price_level', 'rating', 'business_type', 'url', 'logo_url', 'social_media'].map((name) => ({ name })),
  ...['mccs', 'merchant_ids', 'terminal_ids', 'descriptors'].map((name) => ({ name })),
];

interface MerchantFact {
  readonly reference: string;
  readonly change: MerchantChange & Pick<MerchantInput, 'name' | 'category'>;
}

const MOST_STARS = 50n;
const MOST_LINKS = 10;

/** Merchants by reference: who is new is registered, who is known changed; an empty cell leaves what there is, lists are apart by `;`. */
@Injectable()
export class MerchantRows implements RowKind<MerchantFact> {
  readonly type = 'MER';
  readonly chunk = 200;
  readonly pointless = true;

  constructor(private readonly saveMerchant: SaveMerchant) {}

  fields(): Promise<readonly FileField[]> {
    return Promise.resolve(MER_FIELDS);
  }

  keyOf(cells: FieldCells): string {
    return cells('reference');
  }

  read(cells: FieldCells, { format }: Reading): MerchantFact {
    const known = <T>(field: string, read: (text: string) => T): T | undefined => (cells(field) === '' ? undefined : read(cells(field)));
    return {
      reference: readText(cells('reference'), 'reference', 128),
      change: {
        name: readText(cells('name'), 'name', 200),
        category: readChoice(cells('category'), 'category', CATEGORIES) as Category,
        status: known('status', (text) => readChoice(text, 'status', MERCHANT_STATUSES)),
        priceLevel: known('price_level', (text) => readWhole(text, 'price_level', 1, 5)),
        rating: known('rating', (text) => readStars(readDecimal(text, 'rating', format))),
        businessType: known('business_type', (text) => readChoice(text, 'business_type', BUSINESS_TYPES)),
        url: known('url', (text) => readUrl(text, 'url')),
        logoUrl: known('logo_url', (text) => readUrl(text, 'logo_url')),
        socialMedia: known('social_media', readSocialMedia),
        mccs: known('mccs', (text) => readList(text, 'mccs', /^\d{4}$/, 'a code of four digits')),
        identifiers: {
          merchantIds: known('merchant_ids', (text) => readList(text, 'merchant_ids')),
          terminalIds: known('terminal_ids', (text) => readList(text, 'terminal_ids')),
          descriptors: known('descriptors', (text) => readList(text, 'descriptors')),
        },
      },
    };
  }

  post(tx: WriteTx<TenantContext>, facts: readonly MerchantFact[]): Promise<RowVerdict[]> {
    const keyOf = ({ reference }: MerchantFact): string => reference;
    return postEach(tx, facts, keyOf, async ({ reference, change }) =>
      importedRow(reference, (await this.saveMerchant.put(tx, reference, change)).changed),
    );
  }
}

/** `instagram=https://…` and others apart by `;`. @throws BadCell */
function readSocialMedia(text: string): SocialLink[] {
  const links = readList(
    text,
    'social_media',
    /^.{1,600}$/u,
    'a network and its https address, as instagram=https://instagram.com/cafenero',
  );
  if (links.length > MOST_LINKS) throw new BadCell('social_media', `Must be at most ${MOST_LINKS} links.`);
  return links.map((link) => {
    const at = link.indexOf('=');
    const network = readChoice(link.slice(0, Math.max(0, at)).trim(), 'social_media', NETWORKS);
    return { network, url: readUrl(link.slice(at + 1).trim(), 'social_media') };
  });
}

function readStars(text: string): number {
  const tenths = parseDecimal(text, 1);
  if (typeof tenths === 'string' || tenths < 0n || tenths > MOST_STARS)
    throw new BadCell('rating', 'Must be a number from 0 to 5 with at most one decimal.');
  return Number(tenths);
}
