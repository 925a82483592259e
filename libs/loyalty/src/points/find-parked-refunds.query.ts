import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { OriginalUnknown } from '../loyalty.errors.js';
import { PARKING_DAYS } from './parked-refunds.js';

/** What has become of a refund that came before its purchase: it was posted with it, refused with it, or given up. */
export const PARKED_STATES = ['waiting', 'settled', 'refused', 'given_up'] as const;
export type ParkedState = (typeof PARKED_STATES)[number];

/** Orders of the list; a minus is the last first. */
export type ParkedOrdering = 'parked_at' | '-parked_at';

/** Which refunds, in which order. */
export interface ParkedFilter {
  readonly state?: ParkedState;
  /** The purchase that they wait for, or waited for. */
  readonly originalReference?: string;
  readonly memberId?: string;
  readonly ordering?: ParkedOrdering;
}

/** The row after which a list goes on; `moment` is when it was parked, to the microsecond. */
export type ParkedKey = { readonly moment: string; readonly reference: string };

/** A refund that was parked. */
export interface ParkedRefund {
  readonly reference: string;
  readonly originalReference: string;
  readonly state: ParkedState;
  /** Null for who is not enrolled, and for the erased. */
  readonly memberId: string | null;
  /** As they were sent; null once the person was erased. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly occurredAt: string | null;
  readonly code: string | null;
  readonly transactionId: string | null;
  readonly clientId: string;
  readonly requestId: string;
  readonly parkedAt: Date;
  readonly givesUpAt: Date;
  /** Null while it waits, and for what was settled before it was written down. */
  readonly settledAt: Date | null;
  /** Whole days that it has waited, or did. */
  readonly ageDays: number | null;
  readonly moment: string;
}

const STATE = `case r.status when 'posted' then 'settled' when 'refused' then case r.code when '${OriginalUnknown.code}' then 'given_up' else 'refused' end
  else 'waiting' end`;

/** The condition that a state is; each begins with the column of an index. */
const CONDITIONS: Readonly<Record<ParkedState, string>> = {
  waiting: `r.status = 'waiting'`,
  settled: `r.status = 'posted'`,
  refused: `r.status = 'refused' and r.code is distinct from '${OriginalUnknown.code}'`,
  given_up: `r.status = 'refused' and r.code = '${OriginalUnknown.code}'`,
};

const SELECT = `select substr(r.reference, length('refund:') + 1) as reference,
    substr(r.original_reference, length('earn:') + 1) as "originalReference", ${STATE} as state, m.id as "memberId",
    r.fact -> 'purchase' ->> 'amount' as amount, r.fact -> 'purchase' ->> 'currency' as currency, r.fact ->> 'occurredAt' as "occurredAt",
    r.code, r.transaction_id as "transactionId", r.client_id as "clientId", r.request_id as "requestId", r.parked_at as "parkedAt",
    r.parked_at + interval '${PARKING_DAYS} days' as "givesUpAt", r.settled_at as "settledAt",
    floor(extract(epoch from case when r.status = 'waiting' then tenant_now() else r.settled_at end - r.parked_at) / 86400)::int as "ageDays",
    r.parked_at::text as moment
  from parked_refund r left join member m on m.tenant_id = r.tenant_id
    and (m.reference = r.fact -> 'member' ->> 'reference' or m.id = (r.fact -> 'member' ->> 'id')::uuid)
  where r.tenant_id = $1`;

/** Shows the refunds that wait for their purchase, and what has become of those that did (C3.9). */
@Injectable()
export class FindParkedRefunds {
  list(
    tx: ReadTx<TenantContext>,
    { state, originalReference, memberId, ordering = '-parked_at' }: ParkedFilter,
    { after, limit }: { after?: ParkedKey; limit: number },
  ): Promise<ParkedRefund[]> {
    const [direction, beyond] = ordering === 'parked_at' ? ['asc', '>'] : ['desc', '<'];
    return tx.query<ParkedRefund>(
      `${SELECT} ${state === undefined ? '' : `and ${CONDITIONS[state]}`}
         and ($2::text is null or r.original_reference = 'earn:' || $2) and ($3::uuid is null or m.id = $3)
         and ($4::timestamptz is null or (r.parked_at, r.reference) ${beyond} ($4, 'refund:' || $5))
       order by r.parked_at ${direction}, r.reference ${direction} limit $6`,
      [tx.ctx.tenantId, originalReference ?? null, memberId ?? null, after?.moment ?? null, after?.reference ?? null, limit],
    );
  }

  /** Throws `not_found`. */
  async byReference(tx: ReadTx<TenantContext>, reference: string): Promise<ParkedRefund> {
    const [refund] = await tx.query<ParkedRefund>(`${SELECT} and r.reference = 'refund:' || $2`, [tx.ctx.tenantId, reference]);
    if (!refund) throw NotFound.with();
    return refund;
  }
}
