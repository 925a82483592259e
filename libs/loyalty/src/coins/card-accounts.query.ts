import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { AccountBalances, narrationOf, ownerAccountId } from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { FindPrograms } from '../programs/find-programs.query.js';
import type { Program } from '../programs/program.js';
import { CoinCompanies } from './coin-companies.js';
import type { CoinCompany } from './coin-company.js';
import { COIN_USERS, readCoinUser, type CoinUser, type CoinUserRow } from './coin-user.js';

/** A card and what is on it, in points. */
export interface Card {
  readonly user: CoinUser;
  readonly balance: number;
}

/** Which movements on the cards of a company. */
export interface CardMovementFilter {
  readonly companyId: string;
  readonly userId?: string;
  readonly cardId?: string;
  readonly reference?: string;
  readonly numbers?: readonly string[];
  readonly direction?: 'in' | 'out';
  /** In the program's smallest unit. */
  readonly amountFrom?: bigint;
  readonly amountTo?: bigint;
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly offset: number;
}

/** One movement on a card. */
export interface CardMovement {
  readonly number: string;
  readonly userId: string;
  readonly cardId: string;
  readonly kind: string;
  /** Signed, in points. */
  readonly points: number;
  readonly balanceAfter: number;
  readonly reference: string | null;
  readonly narration: string | null;
  readonly at: Date;
}

type Tx = ReadTx<TenantContext>;

/** Reads the cards of a company's users: each is the user's wallet of the company's program. */
@Injectable()
export class CardAccounts {
  constructor(
    private readonly companies: CoinCompanies,
    private readonly programs: FindPrograms,
    private readonly balances: AccountBalances,
  ) {}

  /** The company of a card account. Throws `not_found`. */
  async account(tx: Tx, companyId: string, cardAccountId: string | undefined): Promise<{ company: CoinCompany; program: Program }> {
    const company = await this.companies.byId(tx, companyId);
    if (cardAccountId !== undefined && company.cardAccountId !== cardAccountId)
      throw NotFound.with({ errors: { card_account_id: ['No such card account of this company.'] } });
    return { company, program: await this.programs.byId(tx, company.programId) };
  }

  /** What is on all cards of a company together, in points, and how many there are. */
  async total(tx: Tx, companyId: string, program: Program): Promise<{ balance: number; cards: number }> {
    const [row] = await tx.query<{ balance: string; cards: string }>(
      `select coalesce(sum(c.cards), 0) as cards, coalesce(sum(l.available), 0) as balance
       from (select u.member_id, count(*) as cards from (${COIN_USERS} and u.company_id = $2) u group by u.member_id) c
       left join lateral (
         select sum(o.remaining - o.held) as available from ledger_account a
         join ledger_lot o on o.tenant_id = a.tenant_id and o.account_id = a.id and o.open
         where a.tenant_id = $1 and a.owner_id = c.member_id and a.asset_id = $3
           and o.available_at <= tenant_now() and (o.expires_at is null or o.expires_at > tenant_now())
       ) l on true`,
      [tx.ctx.tenantId, companyId, program.assetId],
    );
    return { balance: Points.of(BigInt(row!.balance), program.scale).toNumber(), cards: Number(row!.cards) };
  }

  /** Cards of a company, or one of them. */
  async cards(
    tx: Tx,
    companyId: string,
    program: Program,
    { cardId, limit, offset }: { cardId?: string; limit: number; offset: number },
  ): Promise<Card[]> {
    const rows = await tx.query<CoinUserRow>(
      `${COIN_USERS} and u.company_id = $2 and ($3::text is null or u.card_id = $3) order by u.id limit $4 offset $5`,
      [tx.ctx.tenantId, companyId, cardId ?? null, limit, offset],
    );
    const wallets = rows.map((row) => ownerAccountId(program.assetId, row.member_id));
    const found = new Map((await this.balances.now(tx, wallets)).map((balance) => [balance.accountId, balance.available]));
    return rows.map((row, index) => ({
      user: readCoinUser(row),
      balance: Points.of(found.get(wallets[index]!) ?? 0n, program.scale).toNumber(),
    }));
  }

  /** Movements on cards, the latest first. */
  async movements(tx: Tx, program: Program, filter: CardMovementFilter): Promise<CardMovement[]> {
    const rows = await tx.query<{
      number: string;
      user_id: string;
      card_id: string;
      kind: string;
      amount: string;
      balance_after: string;
      reference: string | null;
      narration: string | null;
      recorded_at: Date;
    }>(
      `select t.number, u.id as user_id, u.card_id, t.kind, e.amount, e.balance_after, coalesce(c.reference, n.request_id) as reference,
         ${narrationOf('t')} as narration, e.recorded_at
       from coin_user u
       join member f on f.tenant_id = u.tenant_id and f.id = u.member_id
       left join coin_user s on s.tenant_id = u.tenant_id and s.member_id = f.merged_into
       join ledger_account a on a.tenant_id = u.tenant_id and a.asset_id = $3
         and (a.owner_id = u.member_id or (a.owner_id = f.merged_into and s.id is null))
       join ledger_entry e on e.tenant_id = a.tenant_id and e.account_id = a.id
       join ledger_transaction t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       left join card_points c on c.tenant_id = t.tenant_id and c.transaction_id = t.id
       left join coin_allocation n on n.tenant_id = t.tenant_id and n.company_id = u.company_id and n.transaction_id = t.id
       where u.tenant_id = $1 and u.company_id = $2
         and ($4::text is null or u.id = $4) and ($5::text is null or u.card_id = $5)
         and ($6::text is null or coalesce(c.reference, n.request_id) = $6) and ($7::bigint[] is null or t.number = any($7))
         and ($8::text is null or ($8 = 'in') = (e.amount > 0))
         and ($9::bigint is null or abs(e.amount) >= $9) and ($10::bigint is null or abs(e.amount) <= $10)
         and ($11::timestamptz is null or e.recorded_at >= $11) and ($12::timestamptz is null or e.recorded_at < $12)
       order by t.number desc, e.seq desc limit $13 offset $14`,
      [
        tx.ctx.tenantId,
        filter.companyId,
        program.assetId,
        filter.userId ?? null,
        filter.cardId ?? null,
        filter.reference ?? null,
        filter.numbers ?? null,
        filter.direction ?? null,
        filter.amountFrom ?? null,
        filter.amountTo ?? null,
        filter.from ?? null,
        filter.to ?? null,
        filter.limit,
        filter.offset,
      ],
    );
    const points = (units: string): number => Points.of(BigInt(units), program.scale).toNumber();
    return rows.map((row) => ({
      number: row.number,
      userId: row.user_id,
      cardId: row.card_id,
      kind: row.kind,
      points: points(row.amount),
      balanceAfter: points(row.balance_after),
      reference: row.reference,
      narration: row.narration,
      at: row.recorded_at,
    }));
  }
}
