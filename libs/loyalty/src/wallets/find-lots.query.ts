import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { LOT_COLUMNS, readLot, type LotRow } from '@tallystick/ledger';
import type { ReadTx } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { FindWallets, type WalletPlace } from './find-wallets.query.js';

/** What one credit brought in, in points (C1.1). `held` of what remains is covered by holds. */
export interface PointsLot {
  readonly id: string;
  readonly transaction_id: string;
  readonly original: number;
  readonly remaining: number;
  readonly held: number;
  readonly earned_at: string;
  readonly available_at: string;
  readonly expires_at: string | null;
}

/** Points that end on one day: `date` is the last day on which they can be spent, in the tenant's zone (C1.4). */
export interface ExpiryOnDate {
  readonly date: string;
  readonly points: number;
}

/** Reads a member's lots and when they end. */
@Injectable()
export class FindLots {
  constructor(private readonly wallets: FindWallets) {}

  /** Up to `limit` lots after the one of id `after`, in the order they were made; only those with points left when `open`. */
  async list(
    tx: ReadTx<TenantContext>,
    memberId: string,
    filter: { programId?: string; open?: boolean; after?: string; limit: number },
  ): Promise<PointsLot[]> {
    return this.listIn(tx, await this.wallets.locate(tx, memberId, filter.programId), filter);
  }

  /** The same of one wallet. */
  async listIn(
    tx: ReadTx<TenantContext>,
    { program, accountId }: WalletPlace,
    filter: { open?: boolean; after?: string; limit: number },
  ): Promise<PointsLot[]> {
    const rows = await tx.query<LotRow>(
      `select ${LOT_COLUMNS} from ledger_lot l where l.tenant_id = $1 and l.account_id = $2
         and ($3::boolean is null or l.open = $3) and ($4::uuid is null or l.id > $4) order by l.id limit $5`,
      [tx.ctx.tenantId, accountId, filter.open ?? null, filter.after ?? null, filter.limit],
    );
    const points = (units: bigint): number => Points.of(units, program.scale).toNumber();
    return rows.map(readLot).map((lot) => ({
      id: lot.id,
      transaction_id: lot.transactionId,
      original: points(lot.original),
      remaining: points(lot.remaining),
      held: points(lot.held),
      earned_at: lot.earnedAt.toISOString(),
      available_at: lot.availableAt.toISOString(),
      expires_at: lot.expiresAt?.toISOString() ?? null,
    }));
  }

  /** What ends in the coming `months`, by the tenant's local day; points under a hold are counted where their lot ends. */
  async expirySchedule(
    tx: ReadTx<TenantContext>,
    memberId: string,
    programId: string | undefined,
    months: number,
  ): Promise<ExpiryOnDate[]> {
    return this.expiryScheduleIn(tx, await this.wallets.locate(tx, memberId, programId), months);
  }

  /** The same of one wallet. */
  async expiryScheduleIn(tx: ReadTx<TenantContext>, { program, accountId }: WalletPlace, months: number): Promise<ExpiryOnDate[]> {
    const rows = await tx.query<{ expires_at: Date; timezone: string; remaining: string }>(
      `select l.expires_at, t.timezone, sum(l.remaining) as remaining from ledger_lot l join tenant t on t.id = l.tenant_id
       where l.tenant_id = $1 and l.account_id = $2 and l.open and l.expires_at > tenant_now() and l.expires_at <= tenant_now() + make_interval(months => $3)
       group by l.expires_at, t.timezone order by l.expires_at`,
      [tx.ctx.tenantId, accountId, months],
    );
    const days = new Map<string, bigint>();
    for (const row of rows) {
      const lastMoment = DateTime.fromJSDate(row.expires_at, { zone: row.timezone }).minus({ milliseconds: 1 });
      const day = lastMoment.toISODate() as string;
      days.set(day, (days.get(day) ?? 0n) + BigInt(row.remaining));
    }
    return [...days].map(([date, units]) => ({ date, points: Points.of(units, program.scale).toNumber() }));
  }
}
