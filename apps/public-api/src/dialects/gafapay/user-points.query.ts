import { Injectable } from '@nestjs/common';
import { Points, type TenantContext } from '@tallystick/kernel';
import { narrationOf, ownerAccountId } from '@tallystick/ledger';
import { CashRedemptions, type Member } from '@tallystick/loyalty';
import type { ReadTx } from '@tallystick/platform';
import type { GafapayCurrency } from './gafapay-users.query.js';
import { toHex } from './gafapay.ids.js';

/** Which part of a history. */
export interface HistoryWindow {
  readonly skip: number;
  readonly limit: number;
  readonly oldestFirst: boolean;
}

interface EntryRow {
  seq: string;
  transaction_id: string;
  amount: string;
  kind: string;
  narration: string | null;
  recorded_at: Date;
}

const seconds = (moment: Date): number => Math.floor(moment.getTime() / 1_000);

/** The history of a user's points in the words of the dialect. */
@Injectable()
export class UserPoints {
  constructor(private readonly redemptions: CashRedemptions) {}

  /** What moved a user's points, but for redemptions to money, which are a list of their own; what left is below 0. */
  async details(tx: ReadTx<TenantContext>, user: Member, { id, program }: GafapayCurrency, window: HistoryWindow): Promise<object[]> {
    const rows = await tx.query<EntryRow>(
      `select e.seq, e.transaction_id, e.amount, e.recorded_at, t.kind, ${narrationOf('t')} as narration from ledger_entry e
       join ledger_transaction t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       where e.tenant_id = $1 and e.account_id = $2
         and not exists (select from cash_redemption r where r.tenant_id = e.tenant_id and r.transaction_id = e.transaction_id)
       order by e.seq ${window.oldestFirst ? 'asc' : 'desc'} limit $3 offset $4`,
      [tx.ctx.tenantId, ownerAccountId(program.assetId, user.id), window.limit, window.skip],
    );
    return rows.map((row) => ({
      id: `${toHex(row.transaction_id).slice(0, 16)}${BigInt(row.seq).toString(16).padStart(16, '0')}`,
      user_id: toHex(user.id),
      points: Points.of(BigInt(row.amount), program.scale).toNumber(),
      transaction_id: toHex(row.transaction_id),
      reward_program_id: toHex(program.id),
      referral_program_id: null,
      description: row.narration ?? DESCRIPTIONS[row.kind] ?? row.kind,
      currency_id: toHex(id),
      created_date: seconds(row.recorded_at),
    }));
  }

  /** A user's redemptions to money. */
  async redeemed(
    tx: ReadTx<TenantContext>,
    user: Member,
    { id, code, program }: GafapayCurrency,
    window: HistoryWindow,
  ): Promise<object[]> {
    const { skip: offset, limit, oldestFirst } = window;
    const rows = await this.redemptions.list(tx, { memberId: user.id, currency: code, limit, offset, oldestFirst });
    return rows.map(({ transactionId, points, money, redeemedAt }) => ({
      id: toHex(transactionId),
      user_id: toHex(user.id),
      points: Points.of(points, program.scale).toNumber(),
      transaction_id: toHex(transactionId),
      amount: Number(money.toString()),
      description: CASHBACK,
      currency_id: toHex(id),
      created_date: seconds(redeemedAt),
    }));
  }
}

/** What a redemption to money is called. */
export const CASHBACK = 'Reward points redeemed as cashback.';

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  earn: 'Reward points earned.',
  redeem: 'Reward points redeemed.',
  capture: 'Reward points redeemed.',
  reversal: 'Reward points reversed.',
  transfer: 'Reward points transferred.',
  expire: 'Reward points expired.',
  adjust: 'Reward points adjusted.',
};
