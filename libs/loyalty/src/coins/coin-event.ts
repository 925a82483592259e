export const COIN_CONFIGURATIONS = ['DEFAULT', 'CUSTOM'] as const;
/** `DEFAULT`: what an event gives in every company; `CUSTOM`: what it gives in one, which goes before the default. */
export type CoinConfiguration = (typeof COIN_CONFIGURATIONS)[number];

/** What an event gives. */
export interface CoinEvent {
  readonly id: string;
  /** Its id in the coin API, as `WCC12345`. */
  readonly code: string;
  readonly configuration: CoinConfiguration;
  /** Null for a default. */
  readonly companyId: string | null;
  readonly event: string;
  /** Whole coins: points of the company's program. */
  readonly amount: bigint;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface CoinEventRow {
  id: string;
  code: string;
  configuration: CoinConfiguration;
  company_id: string | null;
  event: string;
  amount: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** Reads an event from its row. */
export const readCoinEvent = (row: CoinEventRow): CoinEvent => ({
  id: row.id,
  code: row.code,
  configuration: row.configuration,
  companyId: row.company_id,
  event: row.event,
  amount: BigInt(row.amount),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export type { CoinEventRow };
