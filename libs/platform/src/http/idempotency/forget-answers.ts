import type { TenantContext } from '@tallystick/kernel';
import type { Keyring } from '../../crypto/keyring.js';
import type { WriteTx } from '../../persistence/transaction.js';
import { SealedAnswer } from '../answer.js';
import { decryptAnswer, isEncrypted } from './secret-answer.js';

/** Where a walk through kept answers has come to. */
export interface AnswerPlace {
  readonly created_at: string;
  readonly actor_id: string;
  readonly key: string;
}

interface Row extends AnswerPlace {
  readonly fingerprint: string;
  readonly status: number;
  /** Null for one that cannot name anybody. */
  readonly body: string | null;
}

/** How many kept answers are looked through in one step. */
const CHUNK = 5_000;

/** No fingerprint of a request: whoever comes back with the key is told that it was used. */
const FORGOTTEN = 'forgotten';

/**
 * Empties the kept answers in which one of `names` stands, sealed ones as well; their keys stay used, so that what they answered does not
 * happen again. Looks through some thousands of those kept since a moment, after a place; answers how many it emptied, and where to go on.
 */
export async function forgetAnswers(
  tx: WriteTx<TenantContext>,
  keyring: Keyring,
  { names, since, after }: { readonly names: readonly string[]; readonly since: Date; readonly after?: AnswerPlace },
): Promise<{ readonly forgotten: number; readonly next?: AnswerPlace }> {
  const rows: Row[] = await tx.query<Row>(
    `select k.actor_id, k.key, k.fingerprint, k.status, k.created_at::text,
       case when k.fingerprint <> '${FORGOTTEN}' and (k.body not like '{%' or k.body like any($6::text[])) then k.body end as body
     from (select * from idempotency_key where tenant_id = $1 and created_at >= $2 and (created_at, actor_id, key) > ($3, $4, $5)
       order by created_at, actor_id, key limit ${CHUNK}) k
     order by k.created_at, k.actor_id, k.key`,
    [
      tx.ctx.tenantId,
      after?.created_at ?? since,
      after?.created_at ?? '-infinity',
      after?.actor_id ?? '',
      after?.key ?? '',
      names.map(containing),
    ],
  );
  const named = rows.filter(({ body, ...row }) => {
    if (body === null) return false;
    const request = { actorId: row.actor_id, key: row.key, fingerprint: row.fingerprint };
    const kept = new SealedAnswer(row.status, body);
    const { text } = isEncrypted(kept) ? decryptAnswer(keyring, tx.ctx, request, kept) : kept;
    return names.some((name) => text.includes(JSON.stringify(name).slice(1, -1)));
  });
  if (named.length > 0)
    await tx.query(
      `update idempotency_key i set fingerprint = '${FORGOTTEN}', body = '{}'
       from unnest($2::text[], $3::text[]) as f(actor_id, key) where i.tenant_id = $1 and i.actor_id = f.actor_id and i.key = f.key`,
      [tx.ctx.tenantId, named.map((row) => row.actor_id), named.map((row) => row.key)],
    );
  const last = rows.length < CHUNK ? undefined : rows.at(-1)!;
  return { forgotten: named.length, ...(last && { next: { created_at: last.created_at, actor_id: last.actor_id, key: last.key } }) };
}

const containing = (name: string): string =>
  `%${JSON.stringify(name)
    .slice(1, -1)
    .replace(/[\\%_]/g, '\\$&')}%`;
