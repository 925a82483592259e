import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AccountBalances } from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { Member } from './member.js';
import type { MemberStatus } from './member-status.policy.js';
import { ProfileSealer } from './profile-sealer.js';
import { readProgram, type ProgramRow } from '../programs/program.js';
import { showWallet, type Wallet } from '../wallets/wallet.js';

interface MemberRow {
  id: string;
  number: string;
  reference: string;
  status: MemberStatus;
  created_at: Date;
  sealed: string | null;
}

/** Orders of a list of members; a minus is the last first. */
export type MemberOrdering = 'created_at' | '-created_at' | 'reference' | '-reference';

/** Which members, in which order. */
export interface MemberFilter {
  readonly ordering?: MemberOrdering;
  /** The beginning of a reference, or a whole e-mail address or phone number. */
  readonly search?: string;
}

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

const SEARCHED = '(m.reference like $2 or p.email_index = $3 or p.phone_index = $4)';
const FROM = `from member m left join member_profile p on p.tenant_id = m.tenant_id and p.member_id = m.id where m.tenant_id = $1`;

/** Reads members with their profiles and wallets. */
@Injectable()
export class FindMembers {
  constructor(
    private readonly sealer: ProfileSealer,
    private readonly balances: AccountBalances,
  ) {}

  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<Member> {
    return this.one(tx, 'm.id = $2', id);
  }

  /** Throws `not_found`. */
  async byReference(tx: ReadTx<TenantContext>, reference: string): Promise<Member> {
    return this.one(tx, 'm.reference = $2', reference);
  }

  /** How many members a filter leaves. */
  async count(tx: ReadTx<TenantContext>, filter: MemberFilter): Promise<number> {
    const from = filter.search === undefined ? 'from member m where m.tenant_id = $1' : `${FROM} and ${SEARCHED}`;
    const [row] = await tx.query<{ total: string }>(`select count(*) as total ${from}`, this.searched(tx, filter));
    return Number(row?.total ?? 0);
  }

  /** Up to `limit` members; a numbered page begins at `offset`, a walk goes on `after` a row, as fast at the end as at the beginning. */
  async list(
    tx: ReadTx<TenantContext>,
    filter: MemberFilter,
    { limit, offset = 0, after }: { limit: number; offset?: number; after?: MemberKey },
  ): Promise<ListedMember[]> {
    const { order, after: condition } = ORDERINGS[filter.ordering ?? '-created_at'];
    const parameters = [...this.searched(tx, filter), limit, offset];
    const place = `limit $${parameters.length - 1} offset $${parameters.length}`;
    const conditions = [...(filter.search === undefined ? [] : [SEARCHED]), ...(after ? [condition(parameters.length)] : [])];
    const rows = await tx.query<MemberRow & { moment: string }>(
      `select m.id, m.number, m.reference, m.status, m.created_at, m.created_at::text as moment, p.sealed
       ${[FROM, ...conditions].join(' and ')} order by ${order} ${place}`,
      after ? [...parameters, ...keyParameters(filter, after)] : parameters,
    );
    const members = await this.show(tx, rows);
    return rows.map(({ id, reference, moment }, index) => ({ member: members[index]!, key: { id, reference, moment } }));
  }

  private searched({ ctx: { tenantId } }: ReadTx<TenantContext>, { search }: MemberFilter): unknown[] {
    if (search === undefined) return [tenantId];
    const beginning = `${search.replace(/[\\%_]/g, '\\$&')}%`;
    return [tenantId, beginning, this.sealer.emailIndex(tenantId, search), this.sealer.phoneIndex(tenantId, search)];
  }

  private async one(tx: ReadTx<TenantContext>, condition: string, value: string): Promise<Member> {
    const rows = await tx.query<MemberRow>(
      `select m.id, m.number, m.reference, m.status, m.created_at, p.sealed ${FROM} and ${condition}`,
      [tx.ctx.tenantId, value],
    );
    const [member] = await this.show(tx, rows);
    if (!member) throw NotFound.with();
    return member;
  }

  private async show(tx: ReadTx<TenantContext>, rows: readonly MemberRow[]): Promise<Member[]> {
    const wallets = await this.walletsOf(tx, rows);
    return rows.map((row) => {
      const profile = this.sealer.open(tx.ctx.tenantId, row.id, row.sealed);
      return {
        id: row.id,
        number: Number(row.number),
        reference: row.reference,
        status: row.status,
        full_name: profile.full_name ?? null,
        email: profile.email ?? null,
        phone_number: profile.phone_number ?? null,
        date_of_birth: profile.date_of_birth ?? null,
        attributes: profile.attributes ?? {},
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
