export const RELATION_KINDS = ['card', 'account', 'device', 'external'] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];

/** Something that leads to a member: a card, an account, a device, an id in another system. */
export interface Relation {
  readonly id: string;
  readonly kind: RelationKind;
  readonly value: string;
  readonly created_at: string;
}

/** What two spellings of one value have in common: numbers of cards and accounts are written with gaps, or without. */
export const normalizedRelation = (value: string): string => value.normalize('NFKC').replace(/[\s-]/g, '').toLowerCase();

/** A relation as it may be shown: of a card's number the last four digits alone, whoever asks. */
export const maskRelation = (relation: Relation, view: 'full' | 'masked' = 'full'): Relation =>
  relation.kind === 'card' || view === 'masked' ? { ...relation, value: lastFour(relation.value) } : relation;

const lastFour = (value: string): string => (value.length > 4 ? `${'*'.repeat(Math.min(value.length - 4, 12))}${value.slice(-4)}` : '****');
