import { newId, type RequestContext } from '@tallystick/kernel';
import type { WriteTx } from '../persistence/transaction.js';
import type { ActDefinition } from '../registry/acts.js';
import { chainHash, type AuditRow, type Outcome } from './audit-chain.js';

/** What is said of an act besides who did it, from where and when. Never a secret, and no personal value that is not masked. */
export interface AuditNote {
  /** What it was done to. */
  readonly target?: { readonly type: string; readonly id: string };
  /** The fields that changed, as they were. */
  readonly before?: object;
  /** The fields that changed, as they are now. */
  readonly after?: object;
  /** `refused` when it was tried and not let; done otherwise. */
  readonly outcome?: Outcome;
  /** The id of the person in whose name the actor acts. */
  readonly onBehalfOf?: string;
}

/** An act that waits for the end of its transaction. */
export type NotedAct = AuditNote & { readonly act: ActDefinition };

/** The rows of a trail, and the row that says where it ends. A platform context writes the platform's own trail. */
const trailOf = ({ tenantId }: RequestContext) =>
  tenantId === null
    ? ({ records: 'platform_audit_record', head: 'platform_audit_head', key: 'singleton', keyValue: true } as const)
    : ({ records: 'audit_record', head: 'audit_head', key: 'tenant_id', keyValue: tenantId } as const);

/**
 * Writes the acts of a transaction at the end of its trail. The head of the trail is locked from here to the commit, which is next: acts of
 * one tenant stand in line only for that moment.
 */
export async function writeAudit(tx: WriteTx, acts: readonly NotedAct[]): Promise<void> {
  const { records, head, key, keyValue } = trailOf(tx.ctx);
  const [end] = await tx.query<{ number: string; hash: Buffer; moment: Date }>(
    `insert into ${head} as head (${key}, number, hash) values ($1, $2, decode(repeat('00', 32), 'hex'))
     on conflict (${key}) do update set number = head.number + excluded.number
     returning number, hash, date_trunc('milliseconds', clock_timestamp()) as moment`,
    [keyValue, acts.length],
  );
  const { number, hash, moment } = end!;
  const before = BigInt(number) - BigInt(acts.length);
  const rows = acts.map((act, index) => auditRow(tx.ctx, act, String(before + BigInt(index + 1)), moment));
  const hashes = rows.reduce<Buffer[]>((chain, row) => [...chain, chainHash(chain.at(-1) ?? hash, row)], []);
  const own = tx.ctx.tenantId === null ? { column: '', value: '' } : { column: 'tenant_id, ', value: '$1::uuid, ' };
  const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
  await tx.query(
    `with written as (
       insert into ${records} (${own.column}actor_type, actor_id, address, user_agent, request_id, recorded_at,
         number, id, act, on_behalf_of, target_type, target_id, before, after, outcome, hash)
       select ${own.value}$3, $4, $5, $6, $7, $8, r.* from unnest($9::bigint[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[],
         $15::jsonb[], $16::jsonb[], $17::text[], $18::bytea[]) as r
     )
     update ${head} set hash = $2 where ${key} = $1`,
    [
      keyValue,
      hashes.at(-1),
      tx.ctx.actor.type,
      tx.ctx.actor.id,
      tx.ctx.origin?.address ?? null,
      tx.ctx.origin?.userAgent ?? null,
      tx.ctx.requestId,
      moment,
      rows.map((row) => row.number),
      rows.map((row) => row.id),
      rows.map((row) => row.act),
      rows.map((row) => row.onBehalfOf),
      rows.map((row) => row.target?.type ?? null),
      rows.map((row) => row.target?.id ?? null),
      rows.map((row) => json(row.before)),
      rows.map((row) => json(row.after)),
      rows.map((row) => row.outcome),
      hashes,
    ],
  );
}

const auditRow = (ctx: RequestContext, { act, ...note }: NotedAct, number: string, recordedAt: Date): AuditRow => ({
  tenantId: ctx.tenantId,
  number,
  id: newId(),
  act: act.name,
  actor: { type: ctx.actor.type, id: ctx.actor.id },
  onBehalfOf: note.onBehalfOf ?? null,
  target: note.target ? { type: note.target.type, id: storable(note.target.id) } : null,
  before: note.before ? storableJson(note.before) : null,
  after: note.after ? storableJson(note.after) : null,
  outcome: note.outcome ?? 'success',
  address: ctx.origin?.address ?? null,
  userAgent: ctx.origin?.userAgent ?? null,
  requestId: ctx.requestId,
  recordedAt,
});

/** Text that was cut or masked may end in half a surrogate pair, which no column takes: whatever was done is recorded all the same. */
const storable = (text: string): string => text.replace(/\p{Surrogate}/gu, '\u{FFFD}').replaceAll('\0', '\u{FFFD}');

const storableJson = (value: object): object =>
  JSON.parse(JSON.stringify(value, (_, member: unknown) => (typeof member === 'string' ? storable(member) : member))) as object;
