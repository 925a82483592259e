import type { DebitOrder } from '@tallystick/ledger';

/** How long points last: for ever, or so many days or months from the day they become available, in the tenant's zone (C1.4, C1.5). */
export type ExpiryPolicy =
  | { readonly type: 'none' }
  | {
      readonly type: 'rolling';
      readonly days?: number;
      readonly months?: number;
      readonly round_up_to?: 'month' | 'quarter' | 'half_year' | 'year';
    };

export type RoundingMode = 'floor' | 'half_up' | 'half_even';

/** What a refund takes when the member has spent the points (C3.3). */
export type ReturnPolicy = 'pending_only' | 'within_balance';

/** What a reversal does with points whose lot has expired meanwhile (C2.2). */
export type ReversalPolicy = 'restore_with_grace' | 'restore_and_expire';

/** The versioned terms of a program. Decimal amounts are strings; `min_redeem` and `max_redeem` count points. */
export interface ProgramTerms {
  readonly currency: string;
  /** Points for one unit of the currency, at most six decimals. */
  readonly points_per_unit: string;
  /** What one point is worth in the currency, at most six decimals; null when the program does not say. */
  readonly point_value: string | null;
  readonly min_redeem: string | null;
  readonly max_redeem: string | null;
  readonly expiry_policy: ExpiryPolicy;
  readonly consumption_order: DebitOrder;
  readonly rounding: { readonly mode: RoundingMode };
  readonly return_policy: ReturnPolicy;
  readonly reversal_policy: ReversalPolicy;
  /** Whether a batch enrolls a member whose reference it has not seen before. */
  readonly enroll_on_first_sight: boolean;
}

export const PROGRAM_STATUSES = ['draft', 'active', 'paused', 'ended'] as const;
export type ProgramStatus = (typeof PROGRAM_STATUSES)[number];

/** A program of a tenant; its points are one asset of the ledger. */
export interface Program {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly termsUrl: string | null;
  readonly status: ProgramStatus;
  readonly isDefault: boolean;
  readonly assetId: string;
  /** Decimals of the program's points, 0 to 4. */
  readonly scale: number;
  readonly version: number;
  readonly terms: ProgramTerms;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface ProgramRow {
  id: string;
  code: string;
  name: string;
  description: string | null;
  terms_url: string | null;
  status: ProgramStatus;
  is_default: boolean;
  asset_id: string;
  scale: number;
  version: number;
  terms: ProgramTerms;
  starts_at: Date | null;
  ends_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** Reads a program from its row. */
export const readProgram = (row: ProgramRow): Program => ({
  id: row.id,
  code: row.code,
  name: row.name,
  description: row.description,
  termsUrl: row.terms_url,
  status: row.status,
  isDefault: row.is_default,
  assetId: row.asset_id,
  scale: row.scale,
  version: row.version,
  terms: row.terms,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export type { ProgramRow };
