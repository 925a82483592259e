import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';

/** A key that a client gave a transaction, and the content it is for. */
export interface TransactionKey {
  readonly key: string;
  readonly fingerprint: string;
}

/** What is known of a key: nothing yet, this very content, or another one. */
export type KeyClaim = 'new' | 'same' | 'other';

/** What keys of the client who calls are for, as far as they are known. */
async function contentOf(tx: ReadTx<TenantContext>, keys: readonly string[]): Promise<Map<string, string>> {
  const known = await tx.query<TransactionKey>(
    'select key, fingerprint from transaction_key where tenant_id = $1 and client_id = $2 and key = any($3::text[])',
    [tx.ctx.tenantId, tx.ctx.actor.id, keys],
  );
  return new Map(known.map(({ key, fingerprint }) => [key, fingerprint]));
}

/** Keys that clients give their transactions: one key is one transaction, whether it comes alone or as a line of a batch (C5.10). */
@Injectable()
export class TransactionKeys {
  /** Whether another transaction has the key. */
  async isOthers(tx: ReadTx<TenantContext>, { key, fingerprint }: TransactionKey): Promise<boolean> {
    const known = (await contentOf(tx, [key])).get(key);
    return known !== undefined && known !== fingerprint;
  }

  /** Claims keys for the client who calls; of two transactions in the list under one key the first has it. */
  async claim(tx: WriteTx<TenantContext>, asked: readonly TransactionKey[]): Promise<KeyClaim[]> {
    if (asked.length === 0) return [];
    const first = new Map<string, string>();
    for (const { key, fingerprint } of asked) if (!first.has(key)) first.set(key, fingerprint);
    // In one order for all, so that two lists with the same keys wait for each other and not in a circle.
    const made = await tx.query<{ key: string }>(
      `insert into transaction_key (tenant_id, client_id, key, fingerprint, created_at)
       select $1, $2, k, f, tenant_now() from unnest($3::text[], $4::text[]) as asked(k, f) order by k
       on conflict (tenant_id, client_id, key) do nothing returning key`,
      [tx.ctx.tenantId, tx.ctx.actor.id, [...first.keys()], [...first.values()]],
    );
    const fresh = new Set(made.map(({ key }) => key));
    const of = await contentOf(tx, [...first.keys()]);
    return asked.map(({ key, fingerprint }) => {
      if (of.get(key) !== fingerprint) return 'other';
      return fresh.delete(key) ? 'new' : 'same';
    });
  }
}
