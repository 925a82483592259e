import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { AccountBalances, ownerAccountId, type AccountBalance } from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { FindPrograms } from '../programs/find-programs.query.js';
import type { MemberStatus } from '../members/member-status.policy.js';
import { readProgram, type Program, type ProgramRow } from '../programs/program.js';
import { actingMember } from '../members/acting-member.js';
import { showCashWallet, showWallet, type Wallet, type WalletKind } from './wallet.js';

/** A member's balance in a program at a moment (`native.md`, Members). */
export interface MemberBalance {
  readonly member_id: string;
  readonly program_id: string;
  readonly posted: number;
  readonly available: number;
  readonly held: number;
  readonly pending: number;
  readonly owed: number;
  readonly as_of: string;
}

/** A member's place in a program: the wallet's account, which may not exist yet. */
export interface WalletPlace {
  readonly program: Program;
  readonly memberId: string;
  readonly accountId: string;
}

/** Which wallets. */
export interface WalletFilter {
  readonly memberId?: string;
  readonly programId?: string;
  readonly kind?: WalletKind;
}

type WalletRow = ProgramRow & { account_id: string; member_id: string; member_status: MemberStatus };

/** A wallet of either kind; of cash nothing is known of a program. */
type AnyRow = WalletRow & { cash: string | null };

const FROM = `from ledger_account a
  join member m on m.tenant_id = a.tenant_id and m.id = a.owner_id
  join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
  where a.tenant_id = $1 and ($2::uuid is null or a.owner_id = $2)`;
const SELECT = `select a.id as account_id, m.id as member_id, m.status as member_status, p.* ${FROM}`;

/** Wallets of points and of cash alike: the currency of cash is in its asset's code. */
const FROM_ANY = `from ledger_account a
  join member m on m.tenant_id = a.tenant_id and m.id = a.owner_id
  join ledger_asset s on s.tenant_id = a.tenant_id and s.id = a.asset_id
  left join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
  where a.tenant_id = $1 and ($2::uuid is null or a.owner_id = $2) and (p.id is not null or s.kind = 'currency' and a.owner_type = 'member')`;
const SELECT_ANY = `select a.id as account_id, m.id as member_id, m.status as member_status, p.*,
  case when p.id is null then substr(s.code, length('currency:') + 1) end as cash ${FROM_ANY}`;
const FILTER = `($3::uuid is null or a.owner_id = $3) and ($4::uuid is null or p.id = $4) and ($5::text is null or ($5 = 'cash') = (p.id is null))`;

/** Reads members' wallets; for a member who asks, their own alone. */
@Injectable()
export class FindWallets {
  constructor(
    private readonly balances: AccountBalances,
    private readonly programs: FindPrograms,
  ) {}

  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<Wallet> {
    const rows = await tx.query<AnyRow>(`${SELECT_ANY} and a.id = $3`, [tx.ctx.tenantId, actingMember(tx.ctx) ?? null, id]);
    const [wallet] = await this.show(tx, rows);
    if (!wallet) throw NotFound.with();
    return wallet;
  }

  /** Up to `limit` wallets by id: those after the one of id `after`, or from the `offset` on. */
  async list(
    tx: ReadTx<TenantContext>,
    { after, offset, limit, ...filter }: WalletFilter & { after?: string; offset?: number; limit: number },
  ): Promise<Wallet[]> {
    const rows = await tx.query<AnyRow>(
      `${SELECT_ANY} and ${FILTER} and ($6::uuid is null or a.id > $6) order by a.id limit $7 offset $8`,
      [...valuesOf(tx, filter), after ?? null, limit, offset ?? 0],
    );
    return this.show(tx, rows);
  }

  /** How many wallets a filter leaves. */
  async count(tx: ReadTx<TenantContext>, filter: WalletFilter): Promise<number> {
    const [row] = await tx.query<{ total: number }>(`select count(*)::int as total ${FROM_ANY} and ${FILTER}`, valuesOf(tx, filter));
    return row!.total;
  }

  /** The balance of a member's wallet, now or as of a moment of the past (time travel). Throws `not_found` for an unknown member or program. */
  async balance(
    tx: ReadTx<TenantContext>,
    memberId: string,
    programId: string | undefined,
    asOf: Date | undefined,
  ): Promise<MemberBalance> {
    return this.balanceIn(tx, await this.locate(tx, memberId, programId), asOf);
  }

  /** The balance in a place, now or as of a moment of the past. */
  async balanceIn(
    tx: ReadTx<TenantContext>,
    { program, memberId, accountId }: WalletPlace,
    asOf: Date | undefined,
  ): Promise<MemberBalance> {
    const known = asOf ? await this.balances.asOf(tx, accountId, asOf) : (await this.balances.now(tx, [accountId]))[0];
    return showBalance(memberId, program, known ?? (await nothing(tx, asOf)));
  }

  /** A member's place in a program. Throws `not_found` for an unknown member or program. */
  async locate(tx: ReadTx<TenantContext>, memberId: string, programId: string | undefined): Promise<WalletPlace> {
    const owner = actingMember(tx.ctx) ?? null;
    const [member] = await tx.query<{ id: string }>(
      'select id from member where tenant_id = $1 and id = $2 and ($3::uuid is null or id = $3)',
      [tx.ctx.tenantId, memberId, owner],
    );
    if (!member) throw NotFound.with();
    const program = await this.programs.named(tx, programId);
    return { program, memberId: member.id, accountId: ownerAccountId(program.assetId, member.id) };
  }

  /** The place of a wallet. Throws `not_found`. */
  async place(tx: ReadTx<TenantContext>, walletId: string): Promise<WalletPlace> {
    return placeOf(await this.row(tx, walletId));
  }

  /** The place of a wallet, if there is one: of those that the caller sees, or, to send points to, of anybody in the tenant. */
  async findPlace(tx: ReadTx<TenantContext>, walletId: string, whose: 'seen' | 'of anybody' = 'seen'): Promise<WalletPlace | undefined> {
    const owner = whose === 'seen' ? (actingMember(tx.ctx) ?? null) : null;
    const [row] = await tx.query<WalletRow>(`${SELECT} and a.id = $3`, [tx.ctx.tenantId, owner, walletId]);
    return row && placeOf(row);
  }

  private async row(tx: ReadTx<TenantContext>, walletId: string): Promise<WalletRow> {
    const [row] = await tx.query<WalletRow>(`${SELECT} and a.id = $3`, [tx.ctx.tenantId, actingMember(tx.ctx) ?? null, walletId]);
    if (!row) throw NotFound.with();
    return row;
  }

  private async show(tx: ReadTx<TenantContext>, rows: readonly AnyRow[]): Promise<Wallet[]> {
    const balances = await this.balances.now(
      tx,
      rows.map((row) => row.account_id),
    );
    const byId = new Map(balances.map((balance) => [balance.accountId, balance]));
    return rows.map((row) => {
      const { account_id: id, member_id: member, member_status: status, cash } = row;
      return cash === null
        ? showWallet(byId.get(id)!, member, status, readProgram(row))
        : showCashWallet(byId.get(id)!, member, status, cash);
    });
  }
}

const valuesOf = ({ ctx }: ReadTx<TenantContext>, { memberId, programId, kind }: WalletFilter): unknown[] => [
  ctx.tenantId,
  actingMember(ctx) ?? null,
  memberId ?? null,
  programId ?? null,
  kind ?? null,
];

const placeOf = (row: WalletRow): WalletPlace => ({ program: readProgram(row), memberId: row.member_id, accountId: row.account_id });

type Amounts = Pick<AccountBalance, 'posted' | 'available' | 'held' | 'pending' | 'owed' | 'asOf'>;

/** A member who has never earned in a program has nothing in it. */
async function nothing(tx: ReadTx<TenantContext>, asOf: Date | undefined): Promise<Amounts> {
  const [row] = await tx.query<{ moment: Date }>('select coalesce($1::timestamptz, tenant_now()) as moment', [asOf ?? null]);
  return { posted: 0n, available: 0n, held: 0n, pending: 0n, owed: 0n, asOf: row!.moment };
}

function showBalance(memberId: string, program: Program, { posted, available, held, pending, owed, asOf }: Amounts): MemberBalance {
  const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
  return {
    member_id: memberId.toLowerCase(),
    program_id: program.id,
    posted: points(posted),
    available: points(available),
    held: points(held),
    pending: points(pending),
    owed: points(owed),
    as_of: asOf.toISOString(),
  };
}
