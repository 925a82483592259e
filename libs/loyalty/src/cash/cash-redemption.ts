import { Money } from '@tallystick/kernel';

/** Points that were redeemed to money. */
export interface CashRedemption {
  readonly transactionId: string;
  /** The transaction's number. */
  readonly number: string;
  readonly memberId: string;
  readonly programId: string;
  readonly configId: string;
  readonly configVersion: number;
  /** In the program's smallest unit. */
  readonly points: bigint;
  readonly money: Money;
  readonly redeemedAt: Date;
}

interface CashRedemptionRow {
  transaction_id: string;
  number: string;
  member_id: string;
  program_id: string;
  config_id: string;
  config_version: number;
  currency: string;
  points: string;
  amount: string;
  redeemed_at: Date;
}

/** Reads a redemption from its row. */
export const readCashRedemption = (row: CashRedemptionRow): CashRedemption => ({
  transactionId: row.transaction_id,
  number: row.number,
  memberId: row.member_id,
  programId: row.program_id,
  configId: row.config_id,
  configVersion: row.config_version,
  points: BigInt(row.points),
  money: Money.of(BigInt(row.amount), row.currency),
  redeemedAt: row.redeemed_at,
});

export type { CashRedemptionRow };
