import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import type { Source } from '../points/points-fact.js';
import { postedOutcome, type PostedOutcome } from '../points/posted-outcome.js';
import { PostPoints } from '../points/post-points.operation.js';
import { TransactionVoided } from './transaction.acts.js';

/** Voids a pending earning in the name of staff (C3.10). Throws `not_found`, `invalid_state` and `already_reversed`. */
@Injectable()
export class VoidByStaff {
  constructor(private readonly postPoints: PostPoints) {}

  async execute(tx: WriteTx<TenantContext>, transactionId: string, reason: string, source: Source): Promise<PostedOutcome> {
    const outcome = postedOutcome(await this.postPoints.execute(tx, [{ kind: 'void', source, transactionId, reason }]));
    tx.audit(TransactionVoided, {
      target: { type: 'transaction', id: transactionId },
      after: { void_id: outcome.shown.id, points: outcome.shown.points },
    });
    return outcome;
  }
}
