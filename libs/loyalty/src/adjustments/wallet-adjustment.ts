import { Points } from '@tallystick/kernel';

export const ADJUSTMENT_DIRECTIONS = ['credit', 'debit'] as const;
export type AdjustmentDirection = (typeof ADJUSTMENT_DIRECTIONS)[number];

/** Why points are given by hand: a closed list, for reports. */
export const CREDIT_REASONS = ['goodwill', 'service_recovery', 'missing_points', 'promotion', 'migration', 'correction'] as const;

/** Why points are taken by hand. */
export const DEBIT_REASONS = ['duplicate_credit', 'wrong_member', 'fraud', 'forfeiture', 'migration', 'correction'] as const;

export type CreditReason = (typeof CREDIT_REASONS)[number];
export type DebitReason = (typeof DEBIT_REASONS)[number];

export const ADJUSTMENT_STATUSES = ['pending', 'approved', 'rejected'] as const;
export type AdjustmentStatus = (typeof ADJUSTMENT_STATUSES)[number];

/** A manual credit or debit that needs a second person; amounts in points. */
export interface WalletAdjustment {
  readonly id: string;
  readonly wallet_id: string;
  readonly member_id: string;
  readonly program_id: string;
  readonly direction: AdjustmentDirection;
  readonly points: number;
  readonly reason_code: string;
  readonly narration: string;
  readonly reference: string;
  readonly expires_at: string | null;
  readonly status: AdjustmentStatus;
  readonly requested_by: string;
  readonly requested_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly remarks: string | null;
  readonly transaction_id: string | null;
}

/** A row of the table `w`, with the scale of its program `p`. */
export interface AdjustmentRow {
  id: string;
  account_id: string;
  member_id: string;
  program_id: string;
  scale: number;
  direction: AdjustmentDirection;
  units: string;
  reason_code: string;
  narration: string;
  reference: string;
  fingerprint: string;
  expires_at: Date | null;
  status: AdjustmentStatus;
  requested_by: string;
  requested_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  remarks: string | null;
  transaction_id: string | null;
}

/** Selects adjustments of the tenant `$1`. */
export const SELECT_ADJUSTMENTS = `select w.*, p.scale from wallet_adjustment w join program p on p.tenant_id = w.tenant_id and p.id = w.program_id
  where w.tenant_id = $1`;

/** What an adjustment moves, as points of its program. */
export const adjustedPoints = ({ units, scale }: AdjustmentRow): Points => Points.of(BigInt(units), scale);

/** Shows an adjustment. */
export const showAdjustment = (row: AdjustmentRow): WalletAdjustment => ({
  id: row.id,
  wallet_id: row.account_id,
  member_id: row.member_id,
  program_id: row.program_id,
  direction: row.direction,
  points: adjustedPoints(row).toNumber(),
  reason_code: row.reason_code,
  narration: row.narration,
  reference: row.reference,
  expires_at: row.expires_at?.toISOString() ?? null,
  status: row.status,
  requested_by: row.requested_by,
  requested_at: row.requested_at.toISOString(),
  decided_by: row.decided_by,
  decided_at: row.decided_at?.toISOString() ?? null,
  remarks: row.remarks,
  transaction_id: row.transaction_id,
});
