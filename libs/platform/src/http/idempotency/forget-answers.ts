import type { TenantContext } from '@tallystick/kernel';
import type { Keyring } from '../../crypto/keyring.js';
import type { WriteTx } from '../../persistence/transaction.js';
import { SealedAnswer } from '../answer.js';
import { decryptAnswer, isEncrypted } from './secret-answer.js';

interface Row {
  actor_id: string;
  key: string;
  fingerprint: string;
  status: number;
  body: string;
  created_at: string;
}

/** How many kept answers are looked through at a time. */
const CHUNK = 1_000;

/** No fingerprint of a request: whoever comes back with the key is told that it was used. */
const FORGOTTEN = 'forgotten';

/**
 * Empties the kept answers in which one of `names` stands, sealed ones as well; their keys stay used, so that what they answered does not
 * happen again. Looks through those kept since a moment; answers how many it emptied.
 */
export async function forgetAnswers(
  tx: WriteTx<TenantContext>,
  keyring: Keyring,
  { names, since }: { readonly names: readonly string[]; readonly since: Date },
): Promise<number> {
  let forgotten = 0;
  let after: Row | undefined;
  for (;;) {
    const rows: Row[] = await tx.query<Row>(
      `select actor_id, key, fingerprint, status, body, created_at::text from idempotency_key
       where tenant_id = $1 and created_at >= $2 and ($3::text is null or (created_at, actor_id, key) > ($3::timestamptz, $4, $5))
         and fingerprint <> '${FORGOTTEN}' and (body not like '{%' or body like any($6::text[]))
       order by created_at, actor_id, key limit ${CHUNK}`,
      [tx.ctx.tenantId, since, after?.created_at ?? null, after?.actor_id ?? '', after?.key ?? '', names.map(containing)],
    );
    const named = rows.filter((row) => {
      const request = { actorId: row.actor_id, key: row.key, fingerprint: row.fingerprint };
      const kept = new SealedAnswer(row.status, row.body);
      const { text } = isEncrypted(kept) ? decryptAnswer(keyring, tx.ctx, request, kept) : kept;
      return names.some((name) => text.includes(JSON.stringify(name).slice(1, -1)));
    });
    if (named.length > 0)
      await tx.query(
        `update idempotency_key i set fingerprint = '${FORGOTTEN}', body = '{}'
         from unnest($2::text[], $3::text[]) as f(actor_id, key) where i.tenant_id = $1 and i.actor_id = f.actor_id and i.key = f.key`,
        [tx.ctx.tenantId, named.map((row) => row.actor_id), named.map((row) => row.key)],
      );
    forgotten += named.length;
    if (rows.length < CHUNK) return forgotten;
    after = rows.at(-1);
  }
}

const containing = (name: string): string =>
  `%${JSON.stringify(name)
    .slice(1, -1)
    .replace(/[\\%_]/g, '\\$&')}%`;
