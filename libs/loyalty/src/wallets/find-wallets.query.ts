import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { AccountBalances, ownerAccountId, type AccountBalance } from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { FindPrograms } from '../programs/find-programs.query.js';
import type { MemberStatus } from '../members/member-status.policy.js';
import { readProgram, type Program, type ProgramRow } from '../programs/program.js';
import { showWallet, type Wallet } from './wallet.js';

/** A member's balance in a program at a moment (`native.md`, Members). */
export interface MemberBalance {
  readonly member_id: string;
  readonly program_id: string;
  readonly posted: number;
  readonly available: number;
  readonly held: number;
  readonly pending: number;
  readonly as_of: string;
}

type WalletRow = ProgramRow & { account_id: string; member_id: string; member_status: MemberStatus };

const SELECT = `select a.id as account_id, m.id as member_id, m.status as member_status, p.*
  from ledger_account a
  join member m on m.tenant_id = a.tenant_id and m.id = a.owner_id
  join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
  where a.tenant_id = $1`;

/** Reads members' wallets. */
@Injectable()
export class FindWallets {
  constructor(
    private readonly balances: AccountBalances,
    private readonly programs: FindPrograms,
  ) {}

  /** Throws `not_found`. */
  async byId(tx: ReadTx<TenantContext>, id: string): Promise<Wallet> {
    const rows = await tx.query<WalletRow>(`${SELECT} and a.id = $2`, [tx.ctx.tenantId, id]);
    const [wallet] = await this.show(tx, rows);
    if (!wallet) throw NotFound.with();
    return wallet;
  }

  /** Up to `limit` wallets after the one of id `after`, by id. */
  async list(
    tx: ReadTx<TenantContext>,
    filter: { memberId?: string; programId?: string; after?: string; limit: number },
  ): Promise<Wallet[]> {
    const rows = await tx.query<WalletRow>(
      `${SELECT} and ($2::uuid is null or a.owner_id = $2) and ($3::uuid is null or p.id = $3) and ($4::uuid is null or a.id > $4)
       order by a.id limit $5`,
      [tx.ctx.tenantId, filter.memberId ?? null, filter.programId ?? null, filter.after ?? null, filter.limit],
    );
    return this.show(tx, rows);
  }

  /** The balance of a member's wallet, now or as of a moment of the past (time travel). Throws `not_found` for an unknown member or program. */
  async balance(
    tx: ReadTx<TenantContext>,
    memberId: string,
    programId: string | undefined,
    asOf: Date | undefined,
  ): Promise<MemberBalance> {
    const { program, accountId } = await this.locate(tx, memberId, programId);
    const known = asOf ? await this.balances.asOf(tx, accountId, asOf) : (await this.balances.now(tx, [accountId]))[0];
    return showBalance(memberId, program, known ?? (await nothing(tx, asOf)));
  }

  /** The wallet's account of a member in a program; the account may not exist yet. Throws `not_found` for an unknown member or program. */
  async locate(
    tx: ReadTx<TenantContext>,
    memberId: string,
    programId: string | undefined,
  ): Promise<{ program: Program; accountId: string }> {
    const [member] = await tx.query('select id from member where tenant_id = $1 and id = $2', [tx.ctx.tenantId, memberId]);
    if (!member) throw NotFound.with();
    const program = await this.programs.named(tx, programId);
    return { program, accountId: ownerAccountId(program.assetId, memberId.toLowerCase()) };
  }

  private async show(tx: ReadTx<TenantContext>, rows: readonly WalletRow[]): Promise<Wallet[]> {
    const balances = await this.balances.now(
      tx,
      rows.map((row) => row.account_id),
    );
    const byId = new Map(balances.map((balance) => [balance.accountId, balance]));
    return rows.map((row) => showWallet(byId.get(row.account_id)!, row.member_id, row.member_status, readProgram(row)));
  }
}

type Amounts = Pick<AccountBalance, 'posted' | 'available' | 'held' | 'pending' | 'asOf'>;

/** A member who has never earned in a program has nothing in it. */
async function nothing(tx: ReadTx<TenantContext>, asOf: Date | undefined): Promise<Amounts> {
  const [row] = await tx.query<{ moment: Date }>('select coalesce($1::timestamptz, tenant_now()) as moment', [asOf ?? null]);
  return { posted: 0n, available: 0n, held: 0n, pending: 0n, asOf: row!.moment };
}

function showBalance(memberId: string, program: Program, { posted, available, held, pending, asOf }: Amounts): MemberBalance {
  const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
  return {
    member_id: memberId.toLowerCase(),
    program_id: program.id,
    posted: points(posted),
    available: points(available),
    held: points(held),
    pending: points(pending),
    as_of: asOf.toISOString(),
  };
}
