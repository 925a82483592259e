import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import {
  LOT_COLUMNS,
  TRANSACTION_COLUMNS,
  readLot,
  readTransaction,
  type LedgerTransaction,
  type LotRow,
  type TransactionRow,
} from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { actingMember } from '../members/acting-member.js';
import { keysOf } from '../transactions/own-reference.policy.js';
import type { Cut, GivenByRule } from '../rules/measure-earning.policy.js';
import { showTransaction, type PointsTransaction, type TransactionStatus, type TransactionType } from './points-transaction.js';

/** Which transactions; amounts in points as decimals, times of posting. */
export interface TransactionFilter {
  readonly type?: TransactionType;
  readonly status?: TransactionStatus;
  readonly memberId?: string;
  readonly walletId?: string;
  readonly programId?: string;
  readonly reference?: string;
  readonly from?: Date;
  readonly to?: Date;
  /** At least so many points, whatever the direction. */
  readonly min?: string;
  readonly max?: string;
}

/** Which of them, newest first: those before the number of the last one seen, or from the `offset` on. */
export interface TransactionWindow extends TransactionFilter {
  readonly before?: string;
  readonly offset?: number;
  readonly limit: number;
}

/** Where a walk has come to: the time of posting to the microsecond, and the number. */
export interface Place {
  readonly at: string;
  readonly number: string;
}

/** A line of a walk; `change` is what it did to the wallet's balance, signed, in points. */
export interface WalkedTransaction {
  readonly transaction: PointsTransaction;
  readonly change: number;
  readonly place: Place;
}

/** Where a transaction came from and what it did to lots (`native.md`, explain); amounts in points. */
export interface Explanation {
  readonly transaction: PointsTransaction;
  readonly entries: readonly {
    id: string;
    account_id: string;
    purpose: string;
    /** ISO 4217 where the entry is of money, whose amount `points` then is. */
    currency: string | null;
    points: number;
    balance_after: number;
  }[];
  readonly lots: readonly {
    id: string;
    original: number;
    remaining: number;
    earned_at: string;
    available_at: string;
    expires_at: string | null;
  }[];
  readonly allocations: readonly { lot_id: string; points: number; held: number; expires_at: string | null }[];
  readonly rules: readonly ExplainedRule[];
  /** What had paid for the purchase and came back with it (C3.8). */
  readonly returned?: Pick<Explanation, 'transaction' | 'lots' | 'allocations'>;
  readonly source: { channel: string; request_id: string };
}

/** What one rule gave, with the limits that cut it; the program's own rate under the program's id. */
export interface ExplainedRule {
  readonly id: string;
  readonly code?: string;
  readonly version: number;
  readonly points: number;
  readonly reason: string;
  readonly cuts?: readonly Cut[];
}

/** Which kinds of ledger transactions an API type stands for; direction and refund marks decide between types of one kind. */
const KIND_FILTER: Readonly<Record<TransactionType, string>> = {
  earn: `t.kind = 'earn'`,
  redeem: `t.kind = 'redeem'`,
  transfer_out: `t.kind = 'transfer' and side.outgoing`,
  transfer_in: `t.kind = 'transfer' and not side.outgoing`,
  reverse: `t.kind = 'reversal' and not coalesce(t.details ?| array['refund', 'void'], false)`,
  refund: `t.kind = 'reversal' and t.details ? 'refund'`,
  void: `t.kind = 'reversal' and t.details ? 'void'`,
  hold: `t.kind = 'hold'`,
  capture: `t.kind = 'capture'`,
  release: `t.kind = 'release'`,
  expire: `t.kind = 'expire'`,
  debt_settled: `t.kind = 'settle'`,
  adjust_credit: `t.kind = 'adjust' and t.amount >= 0`,
  adjust_debit: `t.kind = 'adjust' and t.amount < 0`,
};

/** A transaction's present status: what reversals and time have made of it. */
const STATUS = `case
  when exists (select from ledger_transaction r where r.tenant_id = t.tenant_id and r.ref_id = t.id and r.kind = 'reversal' and r.details ? 'void') then 'voided'
  when exists (select from ledger_transaction r where r.tenant_id = t.tenant_id and r.ref_id = t.id and r.once = 'reversal') then 'refunded'
  when exists (select from ledger_transaction r where r.tenant_id = t.tenant_id and r.ref_id = t.id and r.kind = 'reversal') then 'partially_refunded'
  when t.available_at > tenant_now() then 'pending'
  else 'completed' end`;

interface EntryRow {
  account_id: string;
  seq: string;
  purpose: string;
  amount: string;
  balance_after: string;
  scale: number;
  currency: string | null;
}

interface ListedRow extends TransactionRow {
  outgoing: boolean;
  member_id: string;
  program_id: string;
  scale: number;
  status: TransactionStatus;
  side_account_id: string;
  side_amount: string | null;
  side_balance: string | null;
}

type WalkedRow = ListedRow & { at: string };

type Tx = ReadTx<TenantContext>;

/** Which side of a transaction: its subject's, or the other member's of a transfer. */
type Side = 'subject' | 'other';

/** A part of a statement with the side it reads. */
interface Branch {
  readonly side: Side;
  readonly condition: string;
}

/** The values of a statement in the making; each is named by its place. */
class Values {
  readonly list: unknown[] = [];

  add(value: unknown, type: string): string {
    return `$${this.list.push(value)}::${type}`;
  }
}

/** Reads transactions of members' wallets; for a member who asks, those of their own alone, and from their side. */
@Injectable()
export class FindTransactions {
  /** Up to `limit` transactions, newest first. One of two members' wallets shows from the side of the member or wallet asked for. */
  async list(tx: Tx, window: TransactionWindow): Promise<PointsTransaction[]> {
    const values = new Values();
    const branches = await this.branches(tx, values, window);
    const before = window.before === undefined ? '' : ` and t.number < ${values.add(window.before, 'bigint')}`;
    const [limit, offset] = [values.add(window.limit, 'bigint'), values.add(window.offset ?? 0, 'bigint')];
    const parts = branches.map((branch) => `(${select(branch)}${before} order by t.number desc limit ${limit} + ${offset})`);
    if (parts.length === 0) return [];
    const rows = await tx.query<ListedRow>(
      `select * from (${parts.join(' union all ')}) found order by number desc limit ${limit} offset ${offset}`,
      values.list,
    );
    return rows.map(show);
  }

  /** How many transactions a filter leaves. */
  async count(tx: Tx, filter: TransactionFilter): Promise<number> {
    const values = new Values();
    const parts = (await this.branches(tx, values, filter)).map((branch) => `(select count(*) ${from(branch)})`);
    if (parts.length === 0) return 0;
    const [row] = await tx.query<{ total: number }>(`select (${parts.join(' + ')})::int as total`, values.list);
    return row!.total;
  }

  /**
   * What the filter leaves, in the order of posting: up to `limit` transactions after the `place` of the last one seen. A transfer has a
   * line on each side, unless a member, a wallet or a direction is asked for.
   */
  async walk(tx: Tx, filter: TransactionFilter, place: Place | undefined, limit: number): Promise<WalkedTransaction[]> {
    const values = new Values();
    const branches = await this.branches(tx, values, filter);
    const after = place && `(${values.add(place.at, 'timestamptz')}, ${values.add(place.number, 'bigint')})`;
    const most = values.add(limit, 'bigint');
    const rest = after ? ` and t.recorded_at >= ${after.slice(1, after.indexOf(','))} and (t.recorded_at, t.number) > ${after}` : '';
    const parts = branches.map((branch) => `(${select(branch)}${rest} order by t.recorded_at, t.number limit ${most})`);
    if (parts.length === 0) return [];
    const rows = await tx.query<WalkedRow>(
      `select *, recorded_at::text as at from (${parts.join(' union all ')}) found order by recorded_at, number limit ${most}`,
      values.list,
    );
    const others = branches.length > 1 || filter.type?.startsWith('transfer') ? [] : await this.otherSides(tx, rows);
    const bySender = new Map(others.map((row) => [row.id, row]));
    return rows.flatMap((row) => [row, bySender.get(row.id) ?? []].flat().map((side) => walked(side, row)));
  }

  private async otherSides(tx: Tx, rows: readonly ListedRow[]): Promise<ListedRow[]> {
    const ids = rows.filter((row) => row.counter_account_id !== null).map((row) => row.id);
    if (ids.length === 0) return [];
    return tx.query<ListedRow>(select({ side: 'other', condition: 't.tenant_id = $1 and t.id = any($2::uuid[])' }), [tx.ctx.tenantId, ids]);
  }

  /** Throws `not_found`. */
  async byId(tx: Tx, id: string): Promise<PointsTransaction> {
    return show((await this.find(tx, id)).row);
  }

  /** Decomposes a transaction into entries, lots, allocations, rules and source; for a member, those of their wallet. Throws `not_found`. */
  async explain(tx: Tx, id: string): Promise<Explanation> {
    const { row, transaction } = await this.find(tx, id);
    const own = actingMember(tx.ctx) === undefined ? null : row.side_account_id;
    const points = (units: bigint): number => Points.of(units, row.scale).toNumber();
    const entries = await tx.query<EntryRow>(
      `select e.account_id, e.seq, a.purpose, e.amount, e.balance_after, s.scale,
         case s.kind when 'currency' then substr(s.code, length('currency:') + 1) end as currency
       from unnest($2::uuid[], $3::bigint[]) with ordinality as leg(account_id, seq, n)
       join ledger_entry e on e.tenant_id = $1 and e.account_id = leg.account_id and e.seq = leg.seq
       join ledger_account a on a.tenant_id = $1 and a.id = e.account_id
       join ledger_asset s on s.tenant_id = $1 and s.id = a.asset_id where $4::uuid is null or e.account_id = $4 order by leg.n`,
      [
        tx.ctx.tenantId,
        transaction.legs.flatMap((leg) => [leg.from, leg.to]),
        transaction.legs.flatMap((leg) => [leg.fromSeq, leg.toSeq]),
        own,
      ],
    );
    const details = (transaction.details ?? {}) as {
      rules?: GivenByRule[];
      source?: { channel: string; requestId: string };
      returned?: { id: string };
    };
    const returned = details.returned && (await this.find(tx, details.returned.id)).row;
    return {
      transaction: show(row),
      entries: entries.map((entry) => ({
        id: `${entry.account_id}:${entry.seq}`,
        account_id: entry.account_id,
        purpose: entry.purpose,
        currency: entry.currency,
        points: Points.of(BigInt(entry.amount), entry.scale).toNumber(),
        balance_after: Points.of(BigInt(entry.balance_after), entry.scale).toNumber(),
      })),
      ...(await this.lotsTouched(tx, row, own)),
      rules: (details.rules ?? []).map(({ id: rule, code, version, units, reason, cuts }) => ({
        id: rule,
        ...(code !== undefined && { code }),
        version,
        points: points(BigInt(units)),
        reason,
        ...(cuts && { cuts }),
      })),
      ...(returned && { returned: { transaction: show(returned), ...(await this.lotsTouched(tx, returned, own)) } }),
      source: { channel: details.source?.channel ?? 'system', request_id: details.source?.requestId ?? '' },
    };
  }

  /** The lots that a transaction made, and what it took from or gave back to lots; of one wallet alone where `own` names it. */
  private async lotsTouched(tx: Tx, { id, scale }: ListedRow, own: string | null): Promise<Pick<Explanation, 'lots' | 'allocations'>> {
    const points = (units: bigint): number => Points.of(units, scale).toNumber();
    const lots = await tx.query<LotRow>(
      `select ${LOT_COLUMNS} from ledger_lot l
       where l.tenant_id = $1 and l.transaction_id = $2 and ($3::uuid is null or l.account_id = $3) order by l.id`,
      [tx.ctx.tenantId, id, own],
    );
    const uses = await tx.query<{ lot_id: string; remaining_change: string; held_change: string; expires_at: Date | null }>(
      `select u.lot_id, u.remaining_change, u.held_change, l.expires_at from ledger_lot_use u
       join ledger_lot l on l.tenant_id = u.tenant_id and l.account_id = u.account_id and l.id = u.lot_id
       where u.tenant_id = $1 and u.transaction_id = $2 and ($3::uuid is null or u.account_id = $3) order by u.position`,
      [tx.ctx.tenantId, id, own],
    );
    return {
      lots: lots.map(readLot).map((lot) => ({
        id: lot.id,
        original: points(lot.original),
        remaining: points(lot.remaining),
        earned_at: lot.earnedAt.toISOString(),
        available_at: lot.availableAt.toISOString(),
        expires_at: lot.expiresAt?.toISOString() ?? null,
      })),
      allocations: uses.map((use) => ({
        lot_id: use.lot_id,
        points: points(BigInt(use.remaining_change)),
        held: points(BigInt(use.held_change)),
        expires_at: use.expires_at?.toISOString() ?? null,
      })),
    };
  }

  /** A member finds a transfer that they received from their side of it. */
  private async find(tx: Tx, id: string): Promise<{ row: ListedRow; transaction: LedgerTransaction }> {
    const values = new Values();
    const owner = actingMember(tx.ctx);
    const own = owner === undefined ? '' : ` and a.owner_id = ${values.add(owner, 'uuid')}`;
    const condition = `t.tenant_id = ${values.add(tx.ctx.tenantId, 'uuid')} and t.id = ${values.add(id, 'uuid')}${own}`;
    const sides: Side[] = owner === undefined ? ['subject'] : ['subject', 'other'];
    const [row] = await tx.query<ListedRow>(sides.map((side) => select({ side, condition })).join(' union all '), values.list);
    if (!row) throw NotFound.with();
    return { row, transaction: readTransaction(row) };
  }

  /** The parts of a statement that a filter asks for: none when nothing can be found. */
  private async branches(tx: Tx, values: Values, filter: TransactionFilter): Promise<Branch[]> {
    const accounts = await this.accountsOf(tx, filter);
    if (accounts?.length === 0) return [];
    const keys = filter.reference === undefined ? undefined : await keysOf(tx, filter.reference);
    const conditions = [`t.tenant_id = ${values.add(tx.ctx.tenantId, 'uuid')}`, ...conditionsOf(values, filter, keys)];
    const branch = (side: Side, ...more: string[]): Branch => ({
      side,
      condition: [
        ...conditions,
        ...(filter.type ? [KIND_FILTER[filter.type].replaceAll('side.outgoing', String(side === 'subject'))] : []),
        ...more,
      ].join(' and '),
    });
    if (accounts) {
      const own = values.add(accounts, 'uuid[]');
      return [
        branch('subject', `t.account_id = any(${own})`),
        branch('other', `t.counter_account_id = any(${own})`, `not t.account_id = any(${own})`),
      ];
    }
    return [filter.type === 'transfer_in' ? branch('other', 't.counter_account_id is not null') : branch('subject')];
  }

  /** The accounts that a member or wallet filter names, or that a member has; undefined where all of the tenant are meant. */
  private async accountsOf(tx: Tx, { memberId, walletId }: TransactionFilter): Promise<string[] | undefined> {
    const owner = actingMember(tx.ctx);
    if (owner === undefined && memberId === undefined) return walletId === undefined ? undefined : [walletId];
    if (owner !== undefined && memberId !== undefined && memberId.toLowerCase() !== owner) return [];
    const rows = await tx.query<{ id: string }>(
      `select id from ledger_account where tenant_id = $1 and owner_id = $2 and owner_type = 'member' and ($3::uuid is null or id = $3)`,
      [tx.ctx.tenantId, owner ?? memberId, walletId ?? null],
    );
    return rows.map((row) => row.id);
  }
}

function conditionsOf(values: Values, { from, to, status, programId, min, max }: TransactionFilter, keys?: readonly string[]): string[] {
  const conditions: string[] = [];
  if (keys) conditions.push(`t.reference = any(${values.add(keys, 'text[]')})`);
  if (from) conditions.push(`t.recorded_at >= ${values.add(from, 'timestamptz')}`);
  if (to) conditions.push(`t.recorded_at < ${values.add(to, 'timestamptz')}`);
  if (status) conditions.push(`${STATUS} = ${values.add(status, 'text')}`);
  if (programId !== undefined) conditions.push(`p.id = ${values.add(programId, 'uuid')}`);
  if (min !== undefined) conditions.push(`abs(t.amount) >= ${values.add(min, 'numeric')} * 10::numeric ^ p.scale`);
  if (max !== undefined) conditions.push(`abs(t.amount) <= ${values.add(max, 'numeric')} * 10::numeric ^ p.scale`);
  return conditions;
}

function from({ side, condition }: Branch): string {
  const account = side === 'subject' ? 't.account_id' : 't.counter_account_id';
  return `from ledger_transaction t
    join ledger_account a on a.tenant_id = t.tenant_id and a.id = ${account} and a.owner_type = 'member'
    join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
    where ${condition}`;
}

function select(branch: Branch): string {
  const outgoing = branch.side === 'subject';
  const amounts = outgoing
    ? 'null::bigint as side_amount, null::bigint as side_balance'
    : `(select e.amount from ledger_entry e where e.tenant_id = t.tenant_id and e.account_id = t.counter_account_id and e.transaction_id = t.id limit 1) as side_amount,
       (select e.balance_after from ledger_entry e where e.tenant_id = t.tenant_id and e.account_id = t.counter_account_id and e.transaction_id = t.id order by e.seq desc limit 1) as side_balance`;
  return `select ${TRANSACTION_COLUMNS}, ${outgoing} as outgoing, a.owner_id as member_id, p.id as program_id, p.scale, ${STATUS} as status,
      a.id as side_account_id, ${amounts} ${from(branch)}`;
}

const walked = (side: ListedRow, { at, number }: WalkedRow): WalkedTransaction => ({
  transaction: show(side),
  change: changeOf(side),
  place: { at, number },
});

/** What a transaction changed a wallet's balance by, signed; holds set aside and change nothing. */
function changeOf({ kind, outgoing, amount, side_amount, scale }: ListedRow): number {
  if (kind === 'hold' || kind === 'release') return 0;
  return Points.of(BigInt((outgoing ? amount : side_amount) ?? 0), scale).toNumber();
}

function show(row: ListedRow): PointsTransaction {
  const transaction = readTransaction(row);
  const shown = showTransaction({
    transaction,
    program: { id: row.program_id, scale: row.scale },
    memberId: row.member_id,
    status: row.status,
  });
  if (row.outgoing) return shown;
  const points = (units: string | null): number => Points.of(BigInt(units ?? 0), row.scale).toNumber();
  return {
    ...shown,
    type: transaction.kind === 'transfer' ? 'transfer_in' : shown.type,
    wallet_id: row.side_account_id,
    points: Math.abs(points(row.side_amount)),
    balance_after: points(row.side_balance),
  };
}
