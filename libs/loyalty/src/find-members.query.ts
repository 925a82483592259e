import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AccountBalances } from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { Member, MemberStatus } from './member.js';
import { ProfileSealer } from './profile-sealer.js';
import { readProgram, type ProgramRow } from './program.js';
import { showWallet, type Wallet } from './wallet.js';

interface MemberRow {
  id: string;
  reference: string;
  status: MemberStatus;
  created_at: Date;
  sealed: string | null;
}

/** A page of a list: which one, how long, in which order. */
export interface MemberPage {
  readonly page: number;
  readonly pageSize: number;
  readonly ordering?: string;
  readonly search?: string;
}

const ORDERINGS: Readonly<Record<string, string>> = {
  created_at: 'm.created_at, m.id',
  '-created_at': 'm.created_at desc, m.id desc',
  reference: 'm.reference',
  '-reference': 'm.reference desc',
};
export const MEMBER_ORDERINGS = Object.keys(ORDERINGS);

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

  /** A page of members; `search` is the beginning of a reference, or a whole e-mail address or phone number. */
  async list(
    tx: ReadTx<TenantContext>,
    { page, pageSize, ordering = '-created_at', search }: MemberPage,
  ): Promise<{ members: Member[]; total: number }> {
    const { tenantId } = tx.ctx;
    const filter = search === undefined ? '' : `and (m.reference like $2 or p.email_index = $3 or p.phone_index = $4)`;
    const parameters: unknown[] =
      search === undefined
        ? [tenantId]
        : [
            tenantId,
            `${search.replace(/[\\%_]/g, '\\$&')}%`,
            this.sealer.emailIndex(tenantId, search),
            this.sealer.phoneIndex(tenantId, search),
          ];
    const [count] = await tx.query<{ total: string }>(
      `select count(*) as total ${search === undefined ? 'from member m where m.tenant_id = $1' : `${FROM} ${filter}`}`,
      parameters,
    );
    const rows = await tx.query<MemberRow>(
      `select m.id, m.reference, m.status, m.created_at, p.sealed ${FROM} ${filter} order by ${ORDERINGS[ordering]} limit ${pageSize} offset ${(page - 1) * pageSize}`,
      parameters,
    );
    return { members: await this.show(tx, rows), total: Number(count?.total ?? 0) };
  }

  private async one(tx: ReadTx<TenantContext>, condition: string, value: string): Promise<Member> {
    const rows = await tx.query<MemberRow>(`select m.id, m.reference, m.status, m.created_at, p.sealed ${FROM} and ${condition}`, [
      tx.ctx.tenantId,
      value,
    ]);
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
