import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Duplicate, InvalidState, NotFound, ValidationFailed, type ReadTx, type WriteTx } from '@tallystick/platform';
import { problemsOf } from './check-condition.policy.js';
import { leavesOf, type Condition } from './condition.js';
import { segmentQuery } from './segment-query.js';
import { readSegment, type Segment, type SegmentRow } from './segment.js';
import { SegmentCreated, SegmentDeleted, SegmentUpdated } from './segments.acts.js';
import { SegmentInUse } from './segments.errors.js';
import { refreshSegment } from './segments.jobs.js';

/** A segment as an admin describes it; `definition` as it was sent. */
export interface SegmentInput {
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly definition: unknown;
}

type Tx = WriteTx<TenantContext>;

const MOST_SEGMENTS = 200;

/** Defines segments, changes and removes them; the worker computes them at once. */
@Injectable()
export class SaveSegment {
  /** Throws `validation_error` for a definition that is none, `duplicate` for a taken code. */
  async create(tx: Tx, input: SegmentInput): Promise<Segment> {
    const definition = await checked(tx, input.definition);
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('segments ' || $1::text, 0))`, [tx.ctx.tenantId]);
    const [count] = await tx.query<{ all: string; same: string }>(
      'select count(*) as all, count(*) filter (where code = $2) as same from segment where tenant_id = $1',
      [tx.ctx.tenantId, input.code],
    );
    if (Number(count!.same) > 0) throw Duplicate.with({ errors: { code: ['This code is taken.'] } });
    if (Number(count!.all) >= MOST_SEGMENTS) throw InvalidState.with({ message: `A tenant has at most ${MOST_SEGMENTS} segments.` });
    const [row] = await tx.query<SegmentRow>(
      `insert into segment (tenant_id, id, code, name, description, definition, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, tenant_now(), tenant_now()) returning *`,
      [tx.ctx.tenantId, newId(), input.code, input.name, input.description, JSON.stringify(definition)],
    );
    const segment = readSegment(row!);
    tx.audit(SegmentCreated, { target: targetOf(segment), after: told(segment) });
    tx.enqueue(refreshSegment, { segment_id: segment.id });
    return segment;
  }

  /** The code stays: rules name it. Throws `not_found`, `validation_error`. */
  async update(tx: Tx, id: string, change: Partial<Omit<SegmentInput, 'code'>>): Promise<Segment> {
    const known = await locked(tx, id);
    const definition = change.definition === undefined ? known.definition : await checked(tx, change.definition);
    const [row] = await tx.query<SegmentRow>(
      `update segment set name = $3, description = $4, definition = $5, updated_at = tenant_now() where tenant_id = $1 and id = $2 returning *`,
      [
        tx.ctx.tenantId,
        id,
        change.name ?? known.name,
        change.description === undefined ? known.description : change.description,
        JSON.stringify(definition),
      ],
    );
    const segment = readSegment(row!);
    tx.audit(SegmentUpdated, { target: targetOf(segment), ...changesOf(told(known), told(segment)) });
    if (change.definition !== undefined) tx.enqueue(refreshSegment, { segment_id: id });
    return segment;
  }

  /** Throws `not_found`, `segment_in_use` while a rule that is not archived asks for it. */
  async remove(tx: Tx, id: string): Promise<void> {
    const segment = await locked(tx, id);
    const rules = await tx.query<{ code: string }>(
      `select distinct r.code from earning_rule r
       join earning_rule_version v on v.tenant_id = r.tenant_id and v.rule_id = r.id and v.version in (r.live_version, r.version)
       cross join lateral (select v.definition -> 'conditions' -> 'segment' as asked) s
       where r.tenant_id = $1 and r.status <> 'archived' and (s.asked -> 'in' ? $2 or s.asked -> 'not_in' ? $2) order by r.code`,
      [tx.ctx.tenantId, segment.code],
    );
    if (rules.length > 0) throw SegmentInUse.with({ errors: { rules: rules.map(({ code }) => code) } });
    await tx.query('delete from segment where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]);
    tx.audit(SegmentDeleted, { target: targetOf(segment), before: told(segment) });
  }
}

/** A definition that can be computed. Throws `validation_error`, naming what is wrong by its path. */
export async function checked(tx: ReadTx<TenantContext>, definition: unknown): Promise<Condition> {
  const problems = problemsOf(definition);
  if (Object.keys(problems).length > 0) throw ValidationFailed.with({ errors: problems });
  const condition = definition as Condition;
  const codes = [...leavesOf(condition)].flatMap((leaf) => (leaf.field === 'attribute' ? [leaf.code] : []));
  const known = await tx.query<{ code: string }>(
    'select code from attribute_definition where tenant_id = $1 and code = any($2::text[]) and not is_personal',
    [tx.ctx.tenantId, codes],
  );
  const stranger = codes.find((code) => !known.some((one) => one.code === code));
  if (stranger !== undefined)
    throw ValidationFailed.with({ errors: { definition: [`There is no attribute ${stranger} that is not personal.`] } });
  await segmentQuery(tx, condition);
  return condition;
}

async function locked(tx: Tx, id: string): Promise<Segment> {
  const [row] = await tx.query<SegmentRow>('select * from segment where tenant_id = $1 and id = $2 for update', [tx.ctx.tenantId, id]);
  if (!row) throw NotFound.with();
  return readSegment(row);
}

const targetOf = ({ id }: Segment) => ({ type: 'segment', id });

/** A segment as the audit trail tells of it. */
const told = ({ code, name, description, definition }: Segment): object => ({ code, name, description, definition });
