import type { FundsDeposit } from '@tallystick/loyalty';
import { Currency, Integer, Moment, MoneyInput, MoneyText, Text, Uuid } from '@tallystick/platform';

export class FundsBalanceDto {
  @Currency()
  currency: string;

  @MoneyText({ description: 'What can be paid out.', example: '50000.00' })
  available: string;
}

/** Money that came in. */
export class DepositFundsDto {
  @MoneyInput({ example: '50000.00' })
  amount: string | number;

  @Currency()
  currency: string;

  @Text({ max: 100, description: 'Names the transfer: a repeat under it adds nothing more.', example: 'UTR-2026-000123' })
  reference: string;

  @Text({ optional: true, max: 255, example: 'Transfer of March' })
  narration?: string;
}

export class FundsDepositDto {
  @Uuid()
  id: string;

  @Integer({ min: 1, max: Number.MAX_SAFE_INTEGER, description: 'Of the transaction in the ledger.', example: 10_000_001 })
  number: number;

  @MoneyText({ example: '50000.00' })
  amount: string;

  @Currency()
  currency: string;

  @Text({ max: 100, example: 'UTR-2026-000123' })
  reference: string;

  @Text({ nullable: true, max: 255, example: 'Transfer of March' })
  narration: string | null;

  @Moment()
  deposited_at: string;

  static from({ id, number, amount, reference, narration, depositedAt }: FundsDeposit): FundsDepositDto {
    return {
      id,
      number,
      amount: amount.toString(),
      currency: amount.currency,
      reference,
      narration,
      deposited_at: depositedAt.toISOString(),
    };
  }
}
