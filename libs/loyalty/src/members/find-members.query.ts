import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AccountBalances } from '@tallystick/ledger';
import { NotFound, ValidationFailed, type ReadTx } from '@tallystick/platform';
import { MemberAttributes } from '../attributes/member-attributes.js';
import type { AttributeValue } from '../attributes/attribute-value.policy.js';
import type { Member, MemberView } from './member.js';
import { MemberKeys } from './member-keys.js';
import type { MemberStatus } from './member-status.policy.js';
import { PROFILE_COLUMNS, ProfileSealer, WITH_PROFILE, type StoredProfile } from './profile-sealer.js';
import { maskProfile } from './mask-member.policy.js';
import { normalizedRelation, type RelationKind } from '../relations/relation.js';
import { readProgram, type ProgramRow } from '../programs/program.js';
import { showWallet, type Wallet } from '../wallets/wallet.js';

interface MemberRow extends StoredProfile {
  id: string;
  number: string;
  reference: string;
  status: MemberStatus;
  attributes: Record<string, unknown>;
  merged_into: string | null;
  signed_in_at: Date | null;
  created_at: Date;
}

const COLUMNS = `m.id, m.number, m.reference, m.status, m.attributes, m.merged_into, m.signed_in_at, m.created_at, ${PROFILE_COLUMNS}`;

/** Orders of a list of members; a minus is the last first. */
export type MemberOrdering = 'created_at' | '-created_at' | 'reference' | '-reference';

/** Which members, in which order. */
export interface MemberFilter {
  readonly ordering?: MemberOrdering;
  /** The beginning of a reference: what is personal is looked up by `MemberLookup`, for filters stand in addresses (PII-06). */
  readonly search?: string;
  readonly status?: MemberStatus;
}

/** By what else than id and reference members are found; the first that is named counts. */
export interface MemberLookup {
  readonly number?: number;
  readonly email?: string;
  readonly phone_number?: string;
  /** A unique one. */
  readonly attribute?: { readonly code: string; readonly value: AttributeValue };
  readonly relation?: { readonly kind?: RelationKind; readonly value: string };
}

/** Most members that one lookup shows: many may share a telephone. */
const MOST_FOUND = 100;

/** The row after which a list goes on; `moment` is that of its creation, to the microsecond. */
export type MemberKey = { readonly id: string; readonly reference: string; readonly moment: string };

/** A member in a list, with the key of its row. */
export interface ListedMember {
  readonly member: Member;
  readonly key: MemberKey;
}

/** How rows are ordered, and which come after a key whose parameters follow the `n`th. */
const ORDERINGS: Readonly<Record<MemberOrdering, { readonly order: string; readonly after: (n: number) => string }>> = {
  created_at: { order: 'm.created_at, m.id', after: (n) => `(m.created_at, m.id) > ($${n + 1}::timestamptz, $${n + 2}::uuid)` },
  '-created_at': {
    order: 'm.created_at desc, m.id desc',
    after: (n) => `(m.created_at, m.id) < ($${n + 1}::timestamptz, $${n + 2}::uuid)`,
  },
  reference: { order: 'm.reference', after: (n) => `m.reference > $${n + 1}` },
  '-reference': { order: 'm.reference desc', after: (n) => `m.reference < $${n + 1}` },
};
const keyParameters = ({ ordering = '-created_at' }: MemberFilter, { id, reference, moment }: MemberKey): string[] =>
  ordering.endsWith('reference') ? [reference] : [moment, id];

const FROM = `from member m ${WITH_PROFILE} where m.tenant_id = $1`;

/** Reads members with their profiles and wallets. */
@Injectable()
export class FindMembers {
  constructor(
    private readonly sealer: ProfileSealer,
    private readonly keys: MemberKeys,
    private readonly attributes: MemberAttributes,
    private readonly balances: AccountBalances,
  ) {}

  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string, view: MemberView = 'full'): Promise<Member> {
    return only(await this.find(tx, 'm.id = $2', [id], view));
  }

  /** The reference of a merged member leads to who goes on for them. Throws `not_found`. */
  async byReference(tx: ReadTx<TenantContext>, reference: string, view: MemberView = 'full'): Promise<Member> {
    const condition = 'm.id = (select coalesce(q.merged_into, q.id) from member q where q.tenant_id = $1 and q.reference = $2)';
    return only(await this.find(tx, condition, [reference], view));
  }

  /** Throws `not_found`. */
  async byNumber(tx: ReadTx<TenantContext>, number: number, view: MemberView = 'full'): Promise<Member> {
    return only(await this.find(tx, 'm.number = $2', [number], view));
  }

  /** Throws `validation_error` for an attribute that is not unique, `not_found`. */
  async byUniqueAttribute(tx: ReadTx<TenantContext>, code: string, value: AttributeValue, view: MemberView = 'full'): Promise<Member> {
    return only(await this.lookUp(tx, { attribute: { code, value } }, view));
  }

  /**
   * Members whom something besides id and reference leads to, at most 100, the oldest first. Merged and erased ones have left nothing that
   * leads to them. Throws `validation_error` for an attribute that is not unique.
   */
  async lookUp(tx: ReadTx<TenantContext>, lookup: MemberLookup, view: MemberView = 'full'): Promise<Member[]> {
    const { tenantId } = tx.ctx;
    const { number, email, phone_number, attribute, relation } = lookup;
    if (number !== undefined) return this.find(tx, 'm.number = $2', [number], view);
    if (email !== undefined) return this.find(tx, 'p.email_index = $2', [this.sealer.emailIndex(tenantId, email)], view);
    if (phone_number !== undefined) return this.find(tx, 'p.phone_index = $2', [this.sealer.phoneIndex(tenantId, phone_number)], view);
    if (attribute !== undefined) {
      const [definition] = await tx.query<{ is_unique: boolean }>(
        'select is_unique from attribute_definition where tenant_id = $1 and code = $2',
        [tenantId, attribute.code],
      );
      if (!definition?.is_unique) throw ValidationFailed.with({ errors: { attribute: ['Must be an attribute that is unique.'] } });
      const index = this.attributes.indexOf(tenantId, attribute.code, attribute.value);
      const condition = 'm.id = (select a.member_id from member_attribute a where a.tenant_id = $1 and a.code = $2 and a.value_index = $3)';
      return this.find(tx, condition, [attribute.code, index], view);
    }
    if (relation !== undefined) {
      const index = this.keys.index(tenantId, 'relation', normalizedRelation(relation.value));
      const condition = `m.id in (select r.member_id from member_relation r
        where r.tenant_id = $1 and r.value_index = $2 and ($3::text is null or r.kind = $3))`;
      return this.find(tx, condition, [index, relation.kind ?? null], view);
    }
    return [];
  }

  /** How many members a filter leaves. */
  async count(tx: ReadTx<TenantContext>, filter: MemberFilter): Promise<number> {
    const { conditions, parameters } = filtered(tx, filter);
    const from = ['from member m where m.tenant_id = $1', ...conditions].join(' and ');
    const [row] = await tx.query<{ total: string }>(`select count(*) as total ${from}`, parameters);
    return Number(row?.total ?? 0);
  }

  /** Up to `limit` members; a numbered page begins at `offset`, a walk goes on `after` a row, as fast at the end as at the beginning. */
  async list(
    tx: ReadTx<TenantContext>,
    filter: MemberFilter,
    { limit, offset = 0, after }: { limit: number; offset?: number; after?: MemberKey },
    view: MemberView = 'full',
  ): Promise<ListedMember[]> {
    const { order, after: condition } = ORDERINGS[filter.ordering ?? '-created_at'];
    const narrowed = filtered(tx, filter);
    const parameters = [...narrowed.parameters, limit, offset];
    const place = `limit $${parameters.length - 1} offset $${parameters.length}`;
    const conditions = [...narrowed.conditions, ...(after ? [condition(parameters.length)] : [])];
    const rows = await tx.query<MemberRow & { moment: string }>(
      `select ${COLUMNS}, m.created_at::text as moment ${[FROM, ...conditions].join(' and ')} order by ${order} ${place}`,
      after ? [...parameters, ...keyParameters(filter, after)] : parameters,
    );
    const members = await this.show(tx, rows, view);
    return rows.map(({ id, reference, moment }, index) => ({ member: members[index]!, key: { id, reference, moment } }));
  }

  private async find(tx: ReadTx<TenantContext>, condition: string, values: unknown[], view: MemberView): Promise<Member[]> {
    const rows = await tx.query<MemberRow>(`select ${COLUMNS} ${FROM} and ${condition} order by m.created_at, m.id limit ${MOST_FOUND}`, [
      tx.ctx.tenantId,
      ...values,
    ]);
    return this.show(tx, rows, view);
  }

  private async show(tx: ReadTx<TenantContext>, rows: readonly MemberRow[], view: MemberView): Promise<Member[]> {
    const wallets = await this.walletsOf(tx, rows);
    return rows.map((row) => {
      const known = this.sealer.open(tx.ctx.tenantId, row.id, row);
      const profile = view === 'full' ? known : maskProfile(known);
      return {
        id: row.id,
        number: Number(row.number),
        reference: row.reference,
        status: row.status,
        full_name: profile.full_name ?? null,
        email: profile.email ?? null,
        phone_number: profile.phone_number ?? null,
        date_of_birth: profile.date_of_birth ?? null,
        attributes: { ...row.attributes, ...profile.attributes },
        merged_into: row.merged_into,
        signed_in_at: row.signed_in_at?.toISOString() ?? null,
        wallets: wallets.get(row.id) ?? [],
        created_at: row.created_at.toISOString(),
      };
    });
  }

  private async walletsOf(tx: ReadTx<TenantContext>, members: readonly MemberRow[]): Promise<Map<string, Wallet[]>> {
    if (members.length === 0) return new Map();
    const status = new Map(members.map((member) => [member.id, member.status]));
    const accounts = await tx.query<ProgramRow & { account_id: string }>(
      `select a.id as account_id, p.* from ledger_account a join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
       where a.tenant_id = $1 and a.owner_id = any($2::uuid[])`,
      [tx.ctx.tenantId, [...status.keys()]],
    );
    const programs = new Map(accounts.map((row) => [row.account_id, readProgram(row)]));
    const wallets = new Map<string, Wallet[]>();
    for (const balance of await this.balances.now(tx, [...programs.keys()])) {
      const wallet = showWallet(balance, balance.ownerId, status.get(balance.ownerId)!, programs.get(balance.accountId)!);
      wallets.set(balance.ownerId, [...(wallets.get(balance.ownerId) ?? []), wallet]);
    }
    return wallets;
  }
}

function only([member]: readonly Member[]): Member {
  if (!member) throw NotFound.with();
  return member;
}

function filtered(
  { ctx: { tenantId } }: ReadTx<TenantContext>,
  { search, status }: MemberFilter,
): { conditions: string[]; parameters: unknown[] } {
  const parameters: unknown[] = [tenantId];
  const conditions: string[] = [];
  if (search !== undefined) {
    const beginning = `${search.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(`m.reference like $${parameters.push(beginning)}`);
  }
  if (status !== undefined) conditions.push(`m.status = $${parameters.push(status)}`);
  return { conditions, parameters };
}
