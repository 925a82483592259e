import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, NotFound, PermissionDenied, type WriteTx } from '@tallystick/platform';
import type { Source } from '../points/points-fact.js';
import { postedOutcome } from '../points/posted-outcome.js';
import { PostPoints } from '../points/post-points.operation.js';
import { adjustmentFact } from './adjust-wallet.operation.js';
import { AdjustmentApproved, AdjustmentRejected } from './adjustment.acts.js';
import { adjustedPoints, SELECT_ADJUSTMENTS, showAdjustment, type AdjustmentRow, type WalletAdjustment } from './wallet-adjustment.js';

type Tx = WriteTx<TenantContext>;

/**
 * Approves or rejects a manual credit or debit, once: its row is locked, and whoever comes second finds it decided. The points move in the
 * transaction that says so. Throws `not_found`, `permission_denied` for who asked for it, `invalid_state` when it is decided, and whatever the
 * posting refuses, which leaves it pending.
 */
@Injectable()
export class DecideAdjustment {
  constructor(private readonly postPoints: PostPoints) {}

  async approve(tx: Tx, id: string, { source, remarks }: { source: Source; remarks?: string }): Promise<WalletAdjustment> {
    const row = await lockPending(tx, id);
    const fact = adjustmentFact(
      {
        direction: row.direction,
        points: adjustedPoints(row).toString(),
        reasonCode: row.reason_code,
        narration: row.narration,
        reference: row.reference,
        expiresAt: row.expires_at ?? undefined,
        source,
      },
      { memberId: row.member_id, program: { id: row.program_id } },
    );
    const { shown } = postedOutcome(await this.postPoints.execute(tx, [fact]));
    tx.audit(AdjustmentApproved, {
      target: { type: 'wallet_adjustment', id: row.id },
      before: { status: 'pending' },
      after: { status: 'approved', points: shown.points, direction: row.direction, transaction_id: shown.id, remarks: remarks ?? null },
    });
    return decide(tx, row, { status: 'approved', remarks, transactionId: shown.id });
  }

  async reject(tx: Tx, id: string, remarks: string): Promise<WalletAdjustment> {
    const row = await lockPending(tx, id);
    tx.audit(AdjustmentRejected, {
      target: { type: 'wallet_adjustment', id: row.id },
      before: { status: 'pending' },
      after: { status: 'rejected', remarks },
    });
    return decide(tx, row, { status: 'rejected', remarks });
  }
}

async function lockPending(tx: Tx, id: string): Promise<AdjustmentRow> {
  const [row] = await tx.query<AdjustmentRow>(`${SELECT_ADJUSTMENTS} and w.id = $2 for update of w`, [tx.ctx.tenantId, id]);
  if (!row) throw NotFound.with();
  if (row.requested_by === tx.ctx.actor.id)
    throw PermissionDenied.with({ message: 'Somebody else than who asked for it must decide on an adjustment' });
  if (row.status !== 'pending')
    throw InvalidState.with({ message: `This adjustment is ${row.status} already`, errors: { status: row.status } });
  return row;
}

async function decide(
  tx: Tx,
  row: AdjustmentRow,
  { status, remarks, transactionId }: { status: 'approved' | 'rejected'; remarks?: string; transactionId?: string },
): Promise<WalletAdjustment> {
  const [decided] = await tx.query<AdjustmentRow>(
    `update wallet_adjustment w set status = $3, decided_by = $4, decided_at = tenant_now(), remarks = $5, transaction_id = $6
     where w.tenant_id = $1 and w.id = $2 and w.status = 'pending' returning w.*`,
    [tx.ctx.tenantId, row.id, status, tx.ctx.actor.id, remarks ?? null, transactionId ?? null],
  );
  return showAdjustment({ ...decided!, scale: row.scale });
}
