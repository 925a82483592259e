import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { descriptorGrams, normalizeCode, normalizeDescriptor, similarityOf } from './descriptor.policy.js';

/** What a card transaction says of where it was made, as it was sent. */
export interface CardMerchant {
  readonly merchantId?: string | null;
  readonly terminalId?: string | null;
  readonly descriptor?: string | null;
  readonly mcc?: string | null;
}

/** Which merchant a card transaction was made at, and by what it was known; or which it may have been; or none of ours. */
export type MerchantMatch =
  | { readonly status: 'matched'; readonly merchantId: string; readonly by: MatchedBy; readonly similarity: number }
  | { readonly status: 'pending_match'; readonly candidates: readonly string[] }
  | { readonly status: 'unmatched' };

/** In the order in which they count. */
export type MatchedBy = 'merchant_id' | 'terminal_id' | 'descriptor' | 'similar_descriptor';

/** What two descriptors must have in common to be one merchant's. */
export const SIMILAR = 0.6;
/** Another merchant that is less alike than the first by no more than this makes it doubtful which of them it was. */
const DOUBT = 0.1;
/** Fewer grams say too little. */
const FEWEST_GRAMS = 5;
/** A gram that so many descriptors have says nothing. */
const MANY = 200;
/** Grams of a descriptor, the rarest, of which a merchant's must have two. */
const GRAMS_COMPARED = 6;
/** Candidates that are told of one transaction. */
const MOST_CANDIDATES = 10;

const UNMATCHED: MerchantMatch = { status: 'unmatched' };

interface Known {
  kind: 'merchant_id' | 'terminal_id' | 'descriptor';
  value: string;
  id: string;
  mccs: string[];
}

interface Asked {
  readonly merchantId: string;
  readonly terminalId: string;
  readonly descriptor: string;
  readonly mcc: string | null;
}

interface Candidate {
  readonly merchantId: string;
  readonly similarity: number;
}

type Tx = ReadTx<TenantContext>;

const MCCS = 'array(select c.mcc from merchant_mcc c where c.tenant_id = m.tenant_id and c.merchant_id = m.id) as mccs';

/**
 * Finds the merchants of card transactions, thousands at once in one to three statements: by merchant id, else by terminal, else by
 * normalized descriptor, else by a descriptor that is much alike and alone in that. Only active merchants match. A merchant with merchant
 * category codes is not known by a descriptor beside another code; a code alone never names a merchant.
 */
@Injectable()
export class MatchMerchants {
  /** Answers in the order of what is asked. */
  async find(tx: Tx, merchants: readonly CardMerchant[]): Promise<MerchantMatch[]> {
    const asked = merchants.map(({ merchantId, terminalId, descriptor, mcc }): Asked => ({
      merchantId: normalizeCode(merchantId ?? ''),
      terminalId: normalizeCode(terminalId ?? ''),
      descriptor: normalizeDescriptor(descriptor ?? ''),
      mcc: mcc ?? null,
    }));
    const known = await this.known(tx, asked);
    const exact = asked.map((one) => exactly(one, known));
    const left = asked.filter(({ descriptor }, index) => !exact[index] && descriptor !== '').map(({ descriptor }) => descriptor);
    const alike = await this.alike(tx, [...new Set(left)]);
    return asked.map((one, index) => exact[index] ?? fuzzily(one, alike));
  }

  private async known(tx: Tx, asked: readonly Asked[]): Promise<ReadonlyMap<string, Known>> {
    const keys = new Map<string, { kind: Known['kind']; value: string }>();
    const add = (kind: Known['kind'], value: string): unknown => value !== '' && keys.set(`${kind} ${value}`, { kind, value });
    for (const { merchantId, terminalId, descriptor } of asked) {
      add('merchant_id', merchantId);
      add('terminal_id', terminalId);
      add('descriptor', descriptor);
    }
    if (keys.size === 0) return new Map();
    const rows = await tx.query<Known>(
      `select i.kind, i.value, m.id, ${MCCS} from unnest($2::text[], $3::text[]) as k(kind, value)
       join merchant_identifier i on i.tenant_id = $1 and i.kind = k.kind and i.value = k.value
       join merchant m on m.tenant_id = $1 and m.id = i.merchant_id and m.status = 'active'`,
      [tx.ctx.tenantId, [...keys.values()].map(({ kind }) => kind), [...keys.values()].map(({ value }) => value)],
    );
    return new Map(rows.map((row) => [`${row.kind} ${row.value}`, row]));
  }

  /**
   * Of each descriptor the merchants with one that is much alike. Only those are compared that share some of its grams that few merchants
   * have: what a descriptor has in common with hundreds of merchants says as little as it costs much.
   */
  private async alike(tx: Tx, descriptors: readonly string[]): Promise<ReadonlyMap<string, readonly (Candidate & { mccs: string[] })[]>> {
    const asked = descriptors
      .map((text) => ({ text, grams: new Set(descriptorGrams(text)) }))
      .filter(({ grams }) => grams.size >= FEWEST_GRAMS);
    if (asked.length === 0) return new Map();
    const pairs = asked.flatMap(({ grams }, n) => [...grams].map((gram) => ({ n, gram })));
    const near = await tx.query<{ n: number; id: string; value: string }>(
      `with asked as (select a.n, a.gram from unnest($2::int[], $3::text[]) as a(n, gram)),
       counted as materialized (select d.gram, (select count(*) from (select 1 from merchant_gram h
           where h.tenant_id = $1 and h.source = 'descriptor' and h.gram = d.gram limit ${MANY}) few) as held
         from (select distinct gram from asked) d),
       placed as (select a.n, a.gram, row_number() over (partition by a.n order by c.held, a.gram) as place
         from asked a join counted c using (gram) where c.held between 1 and ${MANY - 1}),
       chosen as materialized (select n, gram, count(*) over (partition by n) as picked from placed where place <= ${GRAMS_COMPARED})
       select c.n, g.merchant_id as id, g.value from chosen c
       join merchant_gram g on g.tenant_id = $1 and g.source = 'descriptor' and g.gram = c.gram
       group by c.n, c.picked, g.merchant_id, g.value having count(*) >= least(2, c.picked)`,
      [tx.ctx.tenantId, pairs.map(({ n }) => n), pairs.map(({ gram }) => gram)],
    );
    const gramsOf = new Map<string, ReadonlySet<string>>();
    const best = asked.map(() => new Map<string, number>());
    for (const { n, id, value } of near) {
      if (!gramsOf.has(value)) gramsOf.set(value, new Set(descriptorGrams(value)));
      const similarity = similarityOf(asked[n]!.grams, gramsOf.get(value)!);
      if (similarity >= SIMILAR && similarity > (best[n]!.get(id) ?? 0)) best[n]!.set(id, similarity);
    }
    const ids = [...new Set(best.flatMap((one) => [...one.keys()]))];
    if (ids.length === 0) return new Map();
    const rows = await tx.query<{ id: string; mccs: string[] }>(
      `select m.id, ${MCCS} from merchant m where m.tenant_id = $1 and m.id = any($2::uuid[]) and m.status = 'active'`,
      [tx.ctx.tenantId, ids],
    );
    const mccsOf = new Map(rows.map(({ id, mccs }) => [id, mccs]));
    return new Map(
      asked.map(({ text }, n) => [
        text,
        [...best[n]!]
          .flatMap(([merchantId, similarity]) =>
            mccsOf.has(merchantId) ? [{ merchantId, similarity, mccs: mccsOf.get(merchantId)! }] : [],
          )
          .sort((one, other) => other.similarity - one.similarity || (one.merchantId < other.merchantId ? -1 : 1)),
      ]),
    );
  }
}

const allows = (mccs: readonly string[], mcc: string | null): boolean => mcc === null || mccs.length === 0 || mccs.includes(mcc);

function exactly({ merchantId, terminalId, descriptor, mcc }: Asked, known: ReadonlyMap<string, Known>): MerchantMatch | undefined {
  const named = known.get(`merchant_id ${merchantId}`) ?? known.get(`terminal_id ${terminalId}`) ?? known.get(`descriptor ${descriptor}`);
  if (!named || (named.kind === 'descriptor' && !allows(named.mccs, mcc))) return undefined;
  return { status: 'matched', merchantId: named.id, by: named.kind, similarity: 1 };
}

function fuzzily({ descriptor, mcc }: Asked, alike: ReadonlyMap<string, readonly (Candidate & { mccs: string[] })[]>): MerchantMatch {
  const possible = (alike.get(descriptor) ?? []).filter(({ mccs }) => allows(mccs, mcc));
  const [first] = possible;
  if (!first) return UNMATCHED;
  const rivals = possible.filter(({ similarity }) => similarity >= first.similarity - DOUBT);
  return rivals.length === 1
    ? { status: 'matched', merchantId: first.merchantId, by: 'similar_descriptor', similarity: first.similarity }
    : { status: 'pending_match', candidates: rivals.slice(0, MOST_CANDIDATES).map(({ merchantId }) => merchantId) };
}
