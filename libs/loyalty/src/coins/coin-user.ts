/** A member as a user of a company: their ids in the coin API stay the same for good. */
export interface CoinUser {
  readonly id: string;
  readonly companyId: string;
  readonly memberId: string;
  readonly cardId: string;
  readonly createdAt: Date;
}

interface CoinUserRow {
  id: string;
  company_id: string;
  member_id: string;
  card_id: string;
  created_at: Date;
}

/** Reads a user from its row. */
export const readCoinUser = (row: CoinUserRow): CoinUser => ({
  id: row.id,
  companyId: row.company_id,
  memberId: row.member_id,
  cardId: row.card_id,
  createdAt: row.created_at,
});

export type { CoinUserRow };
