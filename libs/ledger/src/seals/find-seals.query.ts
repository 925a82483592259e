import { Injectable } from '@nestjs/common';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { moment } from './facts.query.js';
import type { Seal, SealKey } from './seal.policy.js';

/** A seal with the public half of the key that signed it. */
export type PublishedSeal = Seal & { readonly public_key: string };

/** A seal with the leaf hashes under it, 32 bytes each. */
export type SealWithLeaves = PublishedSeal & { readonly leaves: Buffer };

const COLUMNS = `s.number, s.format, s.first_transaction, s.last_transaction, s.leaf_count, encode(s.root, 'hex') as root,
  encode(s.previous_chain, 'hex') as previous_chain, encode(s.chain, 'hex') as chain, translate(encode(s.signature, 'base64'), E'\\n', '') as signature,
  s.key_id, translate(encode(k.public_key, 'base64'), E'\\n', '') as public_key, ${moment('s.sealed_at')} as sealed_at`;
const SEALS = 'ledger_seal s join ledger_seal_key k on k.tenant_id = s.tenant_id and k.id = s.key_id where s.tenant_id = $1';

/** Reads seals and the keys that signed them. */
@Injectable()
export class FindSeals {
  /** Seals from the newest down, those below `before` when it is given. */
  list(tx: ReadTx<TenantContext>, limit: number, before?: string): Promise<PublishedSeal[]> {
    return tx.query(`select ${COLUMNS} from ${SEALS} and ($3::bigint is null or s.number < $3) order by s.number desc limit $2`, [
      tx.ctx.tenantId,
      limit,
      before ?? null,
    ]);
  }

  async find(tx: ReadTx<TenantContext>, number: string): Promise<PublishedSeal | null> {
    const [seal] = await tx.query<PublishedSeal>(`select ${COLUMNS} from ${SEALS} and s.number = $2`, [tx.ctx.tenantId, number]);
    return seal ?? null;
  }

  /** The seal after number `after`, in ascending order, with its leaves. */
  async next(tx: ReadTx<TenantContext>, after: string): Promise<SealWithLeaves | null> {
    const [seal] = await tx.query<SealWithLeaves>(`select ${COLUMNS}, s.leaves from ${SEALS} and s.number > $2 order by s.number limit 1`, [
      tx.ctx.tenantId,
      after,
    ]);
    return seal ?? null;
  }

  /** The seal over a transaction, by the transaction's number; null when it waits to be sealed. */
  async over(tx: ReadTx<TenantContext>, transactionNumber: string): Promise<SealWithLeaves | null> {
    const [seal] = await tx.query<SealWithLeaves>(
      `select ${COLUMNS}, s.leaves from ${SEALS} and s.last_transaction >= $2 order by s.last_transaction limit 1`,
      [tx.ctx.tenantId, transactionNumber],
    );
    return seal ?? null;
  }

  keys(tx: ReadTx<TenantContext>): Promise<SealKey[]> {
    return tx.query(
      `select id, translate(encode(public_key, 'base64'), E'\\n', '') as public_key from ledger_seal_key where tenant_id = $1 order by created_at, id`,
      [tx.ctx.tenantId],
    );
  }

  /** For the worker: the tenants that have posted since their last seal. */
  async tenantsBehind(tx: ReadTx<RequestContext & { readonly tenantId: null }>): Promise<string[]> {
    const rows = await tx.query<{ tenant_id: string }>(
      `select c.tenant_id from ledger_counter c where c.name = 'transaction' and c.value >
         coalesce((select s.last_transaction from ledger_seal s where s.tenant_id = c.tenant_id order by s.last_transaction desc limit 1), 0)`,
    );
    return rows.map((row) => row.tenant_id);
  }
}
