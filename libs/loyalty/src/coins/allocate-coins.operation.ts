import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { IdempotencyKeyReused, type WriteTx } from '@tallystick/platform';
import type { Source } from '../points/points-fact.js';
import { PostPoints } from '../points/post-points.operation.js';
import { CoinCompanies } from './coin-companies.js';
import { CoinEvents } from './coin-events.js';
import { CoinUsers } from './coin-users.js';
import { CoinEventNotConfigured } from './coins.errors.js';

/** Something happened to a user that gives coins. */
export interface CoinAllocationInput {
  readonly companyId: string;
  readonly userId: string;
  readonly event: string;
  /** One allocation for each company and request id (C5.10). */
  readonly requestId: string;
  readonly source: Source;
}

/** What was given. */
export interface CoinAllocation {
  readonly company_id: string;
  readonly request_id: string;
  readonly user_id: string;
  readonly member_id: string;
  readonly event: string;
  readonly coin_event_id: string;
  /** Whole coins. */
  readonly amount: number;
  readonly transaction_id: string;
  readonly created_at: string;
}

interface AllocationRow extends Omit<CoinAllocation, 'amount' | 'created_at'> {
  amount: string;
  created_at: Date;
}

type Tx = WriteTx<TenantContext>;

const FIND = `select a.*, coalesce(m.merged_into, m.id) as member_id from coin_allocation a
  join coin_user u on u.tenant_id = a.tenant_id and u.id = a.user_id join member m on m.tenant_id = u.tenant_id and m.id = u.member_id
  where a.tenant_id = $1 and a.company_id = $2 and a.request_id = $3`;

/** Gives a user what an event gives: an earning of its own natural key, once for each company and request. */
@Injectable()
export class AllocateCoins {
  constructor(
    private readonly companies: CoinCompanies,
    private readonly users: CoinUsers,
    private readonly events: CoinEvents,
    private readonly postPoints: PostPoints,
  ) {}

  /**
   * `replayed` says that the request was met before. Throws `coin_event_not_configured`, `not_found` for an unknown company or user,
   * `idempotency_key_reused` for another user or event under the same request, and what `PostPoints` refuses.
   */
  async execute(tx: Tx, input: CoinAllocationInput): Promise<{ allocation: CoinAllocation; replayed: boolean }> {
    const { companyId, requestId, event: name } = input;
    await tx.query(`select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'coin_allocation', $1::text, $2::text, $3::text), 0))`, [
      tx.ctx.tenantId,
      companyId,
      requestId,
    ]);
    const known = await this.find(tx, companyId, requestId);
    if (known) {
      if (known.event !== name || known.user_id !== input.userId) throw IdempotencyKeyReused.with();
      return { allocation: known, replayed: true };
    }
    const event = await this.events.inForce(tx, companyId, name);
    if (!event) throw CoinEventNotConfigured.with();
    const company = await this.companies.seen(tx, companyId);
    const user = await this.users.seen(tx, company, input.userId);
    const [outcome] = await this.postPoints.execute(tx, [
      {
        kind: 'earn',
        keyedAs: 'coins',
        source: input.source,
        member: { id: user.memberId },
        programId: company.programId,
        reference: `${companyId}:${requestId}`,
        earned: {
          points: String(event.amount),
          cause: { id: event.id, version: event.version, reason: `Coin event ${name} (${event.code}).` },
        },
        narration: `Coin event ${name}`,
      },
    ]);
    if (outcome!.status === 'refused') throw outcome!.refusal;
    const { shown } = outcome as Extract<typeof outcome, { shown: object }>;
    await tx.query(
      `insert into coin_allocation (tenant_id, company_id, request_id, user_id, event, coin_event_id, amount, transaction_id, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, tenant_now())`,
      [tx.ctx.tenantId, companyId, requestId, user.id, name, event.id, event.amount, shown.id],
    );
    return { allocation: (await this.find(tx, companyId, requestId))!, replayed: false };
  }

  private async find(tx: Tx, companyId: string, requestId: string): Promise<CoinAllocation | undefined> {
    const [row] = await tx.query<AllocationRow & { tenant_id?: string }>(FIND, [tx.ctx.tenantId, companyId, requestId]);
    if (!row) return undefined;
    const { tenant_id: _, ...rest } = row;
    return { ...rest, amount: Number(row.amount), created_at: row.created_at.toISOString() };
  }
}
