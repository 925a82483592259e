import { TransactionDto, type CashRedemptionInput, type RedeemedToCash, type Source } from '@tallystick/loyalty';
import { Currency, FreeForm, MoneyText, Nested, PointsInput, Text, Uuid } from '@tallystick/platform';
import { ConfirmingCode } from './confirmations.js';
import { MemberRefDto } from './points.dto.js';

/** A member's wish to have points paid out. */
export class RedeemToCashDto extends MemberRefDto {
  @Uuid({ optional: true, description: "The program; the tenant's default program when left out." })
  program_id?: string;

  @PointsInput({ description: 'Points to redeem; the terms of the program say what they are worth.' })
  points: number | string;

  @Currency()
  currency: string;

  @Text({ optional: true, max: 200, description: 'The natural key: the same again answers the first result.', example: 'CASH-2026-000042' })
  reference?: string;

  @Text({ optional: true, max: 500, description: 'Shown on the statement. Nothing personal: it is kept for ever.' })
  narration?: string;

  @FreeForm({ optional: true, description: 'Kept and given back as it is. Nothing personal: it is kept for ever.' })
  metadata?: Record<string, unknown>;

  @ConfirmingCode('POINTREDEEMCONFIRM')
  otp?: string;

  static toInput(dto: RedeemToCashDto, source: Source): CashRedemptionInput {
    const { program_id: programId, points, currency, reference, narration, metadata, otp } = dto;
    return {
      member: MemberRefDto.read(dto),
      programId,
      points,
      currency,
      reference,
      narration,
      metadata,
      source,
      ...(otp !== undefined && { confirmed: true }),
    };
  }
}

class PaidOutDto {
  @MoneyText({ example: '25.00' })
  amount: string;

  @Currency()
  currency: string;

  @Uuid({ description: "The member's cash wallet." })
  wallet_id: string;
}

/** Points that were redeemed, and the money that arrived for them. */
export class RedeemedToCashDto {
  @Nested(() => TransactionDto)
  transaction: object;

  @Nested(() => PaidOutDto)
  cash: PaidOutDto;

  static from({ transaction, money, walletId }: RedeemedToCash): RedeemedToCashDto {
    return { transaction, cash: { amount: money.toString(), currency: money.currency, wallet_id: walletId } };
  }
}
