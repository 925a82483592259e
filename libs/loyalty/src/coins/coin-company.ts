/** A company of a tenant whose users are given coins: an organizational unit, with a card account that its users' cards belong to. */
export interface CoinCompany {
  readonly id: string;
  readonly name: string | null;
  readonly cardAccountId: string;
  /** Whose points its coins are. */
  readonly programId: string;
  readonly createdAt: Date;
}

interface CoinCompanyRow {
  id: string;
  name: string | null;
  card_account_id: string;
  program_id: string;
  created_at: Date;
}

/** Reads a company from its row. */
export const readCoinCompany = (row: CoinCompanyRow): CoinCompany => ({
  id: row.id,
  name: row.name,
  cardAccountId: row.card_account_id,
  programId: row.program_id,
  createdAt: row.created_at,
});

export type { CoinCompanyRow };
