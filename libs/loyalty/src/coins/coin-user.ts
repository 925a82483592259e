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

/** Users `u` of a tenant: the ids of a merged member stay, and are those of who goes on for them. */
export const COIN_USERS = `select u.id, u.company_id, m.id as member_id, u.card_id, u.created_at from coin_user u
  join member f on f.tenant_id = u.tenant_id and f.id = u.member_id
  join member m on m.tenant_id = u.tenant_id and m.id = coalesce(f.merged_into, f.id) where u.tenant_id = $1`;

/** Reads a user from its row. */
export const readCoinUser = (row: CoinUserRow): CoinUser => ({
  id: row.id,
  companyId: row.company_id,
  memberId: row.member_id,
  cardId: row.card_id,
  createdAt: row.created_at,
});

export type { CoinUserRow };
