import type { RequestContext } from '@tallystick/kernel';
import type { WriteTx } from '../../persistence/transaction.js';
import { SealedAnswer } from '../answer.js';

/** Whose keys those of the platform's people are: an id that no tenant has. */
const PLATFORM = '00000000-0000-0000-0000-000000000000';

/** The tenant that keys belong to, or the platform. */
export const keyOwner = ({ tenantId }: RequestContext): string => tenantId ?? PLATFORM;

/** A request under a key: whose it is and what it asked for. Keys belong to one actor of one tenant, or of the platform (IDM-06). */
export interface KeyedRequest {
  readonly actorId: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** What is known about a key: nothing yet, a request that still runs, an answer to this very request, or one to another. */
export type Claim = 'fresh' | 'running' | 'reused' | SealedAnswer;

interface StoredAnswer {
  n: string;
  fingerprint: string;
  status: number;
  body: string;
}

/**
 * Claims the keys of `requests` for this transaction, whatever their number in two statements: the answers are read after the locks are
 * held, in a snapshot of their own, so that a request that has just committed is seen. Who finds a key locked is told that it is running.
 */
export async function claimKeys(tx: WriteTx, requests: KeyedRequest[]): Promise<Claim[]> {
  const keys = [keyOwner(tx.ctx), requests.map((request) => request.actorId), requests.map((request) => request.key)];
  const locks = await tx.query<{ n: string; locked: boolean }>(
    `select n, pg_try_advisory_xact_lock(hashtextextended(a || ' ' || k, hashtextextended($1::text, 0))) as locked
     from unnest($2::text[], $3::text[]) with ordinality as asked(a, k, n)`,
    keys,
  );
  const answers = await tx.query<StoredAnswer>(
    `select n, i.fingerprint, i.status, i.body
     from unnest($2::text[], $3::text[]) with ordinality as asked(a, k, n)
     join idempotency_key i on i.tenant_id = $1 and i.actor_id = a and i.key = k`,
    keys,
  );
  const claims: Claim[] = requests.map(() => 'running');
  for (const { n, locked } of locks) if (locked) claims[Number(n) - 1] = 'fresh';
  for (const { n, fingerprint, status, body } of answers) {
    const index = Number(n) - 1;
    claims[index] = requests[index]!.fingerprint === fingerprint ? new SealedAnswer(status, body, true) : 'reused';
  }
  return claims;
}

/** Keeps the answers beside the work, in its transaction (IDM-09, C5.5). */
export async function storeAnswers(tx: WriteTx, answered: { request: KeyedRequest; answer: SealedAnswer }[]): Promise<void> {
  if (answered.length === 0) return;
  await tx.query(
    `insert into idempotency_key (tenant_id, actor_id, key, fingerprint, status, body)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[])`,
    [
      keyOwner(tx.ctx),
      answered.map(({ request }) => request.actorId),
      answered.map(({ request }) => request.key),
      answered.map(({ request }) => request.fingerprint),
      answered.map(({ answer }) => answer.status),
      answered.map(({ answer }) => answer.text),
    ],
  );
}
