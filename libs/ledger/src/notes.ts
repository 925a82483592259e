/**
 * What a caller wrote beside a transaction lies apart from it, in `ledger_note`: it can name somebody, and must be forgotten with them, which
 * what is sealed cannot (C9.1). Transactions from before have it in themselves. `t` is the alias of `ledger_transaction`.
 */
const noted = (column: 'narration' | 'metadata', t: string): string =>
  `coalesce(${t}.${column}, (select n.${column} from ledger_note n where n.tenant_id = ${t}.tenant_id and n.transaction_id = ${t}.id))`;

/** The narration of a transaction, as an expression. */
export const narrationOf = (t: string): string => noted('narration', t);

/** The metadata of a transaction, as an expression. */
export const metadataOf = (t: string): string => noted('metadata', t);
