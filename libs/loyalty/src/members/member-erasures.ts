import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, type ReadTx, type WriteTx } from '@tallystick/platform';
import { EraseMember, type Erasure } from './erase-member.operation.js';
import type { Destroyed } from './forget-writings.js';
import { ErasureCancelled, ErasureScheduled } from './member.acts.js';
import { lockBeforeMembers } from './member-locks.js';
import { ErasureBlocked } from './member.errors.js';
import type { MemberStatus } from './member-status.policy.js';

/** How long an erasure can be taken back (C9.6). */
const ERASURE_DAYS = 30;

/** An erasure as the API shows it. */
export interface MemberErasure {
  readonly id: string;
  readonly member_id: string;
  readonly status: 'scheduled' | 'cancelled' | 'erased';
  readonly forfeit_points: boolean;
  readonly requested_at: string;
  readonly erase_at: string;
  readonly settled_at: string | null;
  /** How many of what was destroyed, once it is carried out. */
  readonly destroyed: Destroyed | null;
}

interface Row {
  id: string;
  member_id: string;
  status: MemberErasure['status'];
  forfeit_points: boolean;
  requested_at: Date;
  erase_at: Date;
  settled_at: Date | null;
  destroyed: Destroyed | null;
}

const show = (row: Row): MemberErasure => ({
  ...row,
  requested_at: row.requested_at.toISOString(),
  erase_at: row.erase_at.toISOString(),
  settled_at: row.settled_at?.toISOString() ?? null,
});

const COLUMNS = 'id, member_id, status, forfeit_points, requested_at, erase_at, settled_at, destroyed';

/** Erasures that were asked for: they wait thirty days, can be taken back until then, and are carried out by the worker or when confirmed. */
@Injectable()
export class MemberErasures {
  constructor(private readonly eraseMember: EraseMember) {}

  /** Throws `not_found`, `invalid_state` for who is merged or erased or has one scheduled, `erasure_blocked` with the reasons. */
  async schedule(tx: WriteTx<TenantContext>, erasure: Erasure): Promise<MemberErasure> {
    const { tenantId } = tx.ctx;
    await lockBeforeMembers(tx);
    const [member] = await tx.query<{ status: MemberStatus }>('select status from member where tenant_id = $1 and id = $2 for update', [
      tenantId,
      erasure.memberId,
    ]);
    if (!member) throw NotFound.with();
    if (member.status === 'merged' || member.status === 'erased') throw InvalidState.with({ errors: { member_status: [member.status] } });
    const blockers = await this.eraseMember.blockers(tx, erasure);
    if (Object.keys(blockers).length > 0) throw ErasureBlocked.with({ errors: blockers });
    const [row] = await tx.query<Row>(
      `insert into member_erasure (tenant_id, member_id, id, status, forfeit_points, requested_at, erase_at)
       values ($1, $2, $3, 'scheduled', $4, tenant_now(), tenant_now() + interval '${ERASURE_DAYS} days')
       on conflict do nothing returning ${COLUMNS}`,
      [tenantId, erasure.memberId, newId(), erasure.forfeitPoints],
    );
    if (!row) throw InvalidState.with({ errors: { status: ['The erasure is scheduled already.'] } });
    tx.audit(ErasureScheduled, { target: { type: 'member', id: erasure.memberId }, after: { erase_at: row.erase_at.toISOString() } });
    return show(row);
  }

  /** The last erasure that was asked for. Throws `not_found` where none was. */
  async last(tx: ReadTx<TenantContext>, memberId: string): Promise<MemberErasure> {
    const [row] = await tx.query<Row>(
      `select ${COLUMNS} from member_erasure where tenant_id = $1 and member_id = $2 order by requested_at desc, id desc limit 1`,
      [tx.ctx.tenantId, memberId],
    );
    if (!row) throw NotFound.with();
    return show(row);
  }

  /** Takes a scheduled erasure back. Throws `not_found` when there is none. */
  async cancel(tx: WriteTx<TenantContext>, memberId: string): Promise<MemberErasure> {
    const row = await this.settle(tx, memberId, 'cancelled');
    if (!row) throw NotFound.with();
    tx.audit(ErasureCancelled, { target: { type: 'member', id: memberId } });
    return row;
  }

  /** Carries a scheduled erasure out at once, as the person confirmed. Throws `not_found` when none is scheduled, and what `EraseMember` throws. */
  async confirm(tx: WriteTx<TenantContext>, memberId: string): Promise<MemberErasure> {
    const row = await this.settle(tx, memberId, 'erased');
    if (!row) throw NotFound.with();
    const destroyed = await this.eraseMember.execute(tx, { memberId, forfeitPoints: row.forfeit_points });
    await tx.query('update member_erasure set destroyed = $3 where tenant_id = $1 and id = $2', [
      tx.ctx.tenantId,
      row.id,
      JSON.stringify(destroyed),
    ]);
    return { ...row, destroyed };
  }

  /** Carries out those whose day has come, at most `limit`; one that is blocked waits another day. Answers how many were looked at. */
  async carryOutDue(tx: WriteTx<TenantContext>, limit: number): Promise<number> {
    const due = await tx.query<{ member_id: string }>(
      `select member_id from member_erasure where tenant_id = $1 and status = 'scheduled' and erase_at <= tenant_now()
       order by erase_at limit $2 for update skip locked`,
      [tx.ctx.tenantId, limit],
    );
    for (const { member_id } of due) {
      const outcome = await tx.attempt(() => this.confirm(tx, member_id));
      if (outcome instanceof Error)
        await tx.query(
          `update member_erasure set erase_at = tenant_now() + interval '1 day' where tenant_id = $1 and member_id = $2 and status = 'scheduled'`,
          [tx.ctx.tenantId, member_id],
        );
    }
    return due.length;
  }

  private async settle(tx: WriteTx<TenantContext>, memberId: string, status: 'cancelled' | 'erased'): Promise<MemberErasure | undefined> {
    const [row] = await tx.query<Row>(
      `update member_erasure set status = $3, settled_at = tenant_now()
       where tenant_id = $1 and member_id = $2 and status = 'scheduled' returning ${COLUMNS}`,
      [tx.ctx.tenantId, memberId, status],
    );
    return row && show(row);
  }
}
