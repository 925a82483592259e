import {
  ADJUSTMENT_DIRECTIONS,
  ADJUSTMENT_STATUSES,
  CREDIT_REASONS,
  DEBIT_REASONS,
  type AdjustmentDirection,
  type AdjustmentInput,
  type CreditReason,
  type DebitReason,
  type Source,
} from '@tallystick/loyalty';
import { Choice, Moment, PointsInput, PointsValue, Text, Uuid } from '@tallystick/platform';

class AdjustWalletDto {
  @PointsInput()
  points: string | number;

  @Text({
    max: 500,
    description: 'Shown on the statement. Nothing personal: it is kept for ever.',
    example: 'For the late delivery of 3 May',
  })
  narration: string;

  @Text({ max: 200, description: "The caller's own id of it: the same again moves nothing.", example: 'CASE-20418' })
  reference: string;
}

export class CreditWalletDto extends AdjustWalletDto {
  @Choice(CREDIT_REASONS, { example: 'service_recovery' })
  reason_code: CreditReason;

  @Moment({ optional: true, description: "The first moment at which the points are gone; by the program's expiry policy when left out." })
  expires_at?: string;
}

export class DebitWalletDto extends AdjustWalletDto {
  @Choice(DEBIT_REASONS, { example: 'duplicate_credit' })
  reason_code: DebitReason;
}

/** Reads either of the two. */
export const toAdjustment = (
  walletId: string,
  direction: AdjustmentDirection,
  body: CreditWalletDto | DebitWalletDto,
  source: Source,
): AdjustmentInput => ({
  walletId,
  direction,
  points: body.points,
  reasonCode: body.reason_code,
  narration: body.narration,
  reference: body.reference,
  source,
  ...('expires_at' in body && body.expires_at !== undefined && { expiresAt: new Date(body.expires_at) }),
});

/** A manual credit or debit that needs a second person, or did; amounts in points. */
export class WalletAdjustmentDto {
  @Uuid()
  id: string;

  @Uuid()
  wallet_id: string;

  @Uuid()
  member_id: string;

  @Uuid()
  program_id: string;

  @Choice(ADJUSTMENT_DIRECTIONS, { example: 'credit' })
  direction: string;

  @PointsValue({ example: 25_000 })
  points: number;

  @Choice([...new Set([...CREDIT_REASONS, ...DEBIT_REASONS])], { example: 'service_recovery' })
  reason_code: string;

  @Text({ max: 500 })
  narration: string;

  @Text({ max: 200, example: 'CASE-20418' })
  reference: string;

  @Moment({ nullable: true })
  expires_at: string | null;

  @Choice(ADJUSTMENT_STATUSES, { example: 'pending' })
  status: string;

  @Text({ max: 300, description: 'Who asked for it.', example: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01' })
  requested_by: string;

  @Moment()
  requested_at: string;

  @Text({ nullable: true, max: 300, description: 'Who approved or rejected it: never who asked for it.' })
  decided_by: string | null;

  @Moment({ nullable: true })
  decided_at: string | null;

  @Text({ nullable: true, max: 1_000 })
  remarks: string | null;

  @Uuid({ nullable: true, description: 'What was posted once it was approved.' })
  transaction_id: string | null;
}
