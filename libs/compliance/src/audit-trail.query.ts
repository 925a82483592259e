import { Injectable } from '@nestjs/common';
import { readAuditRow, type AuditRow, type Outcome, type ReadTx, type StoredAct } from '@tallystick/platform';

/** Which records; `before` is the number of the last one seen, newest come first. */
export interface AuditFilter {
  readonly act?: string;
  /** Id of the actor. */
  readonly actor?: string;
  /** Id of what it was done to. */
  readonly target?: string;
  readonly outcome?: Outcome;
  readonly requestId?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly before?: string;
}

/** A record with the hash that chains it. */
export type AuditRecord = AuditRow & { readonly hash: Buffer };

/** Reads the trail of the context's tenant, or the platform's own in a context without one. */
@Injectable()
export class AuditTrail {
  /** Up to `limit` records, newest first. */
  async list(tx: ReadTx, filter: AuditFilter, limit: number): Promise<AuditRecord[]> {
    const { tenantId } = tx.ctx;
    const rows = await tx.query<StoredAct>(
      `select * from ${tenantId === null ? 'platform_audit_record' : 'audit_record'}
       where ($1::uuid is null or ${tenantId === null ? 'false' : 'tenant_id = $1'})
         and ($2::text is null or act = $2) and ($3::text is null or actor_id = $3) and ($4::text is null or target_id = $4)
         and ($5::text is null or outcome = $5) and ($6::text is null or request_id = $6)
         and ($7::timestamptz is null or recorded_at >= $7) and ($8::timestamptz is null or recorded_at < $8)
         and ($9::bigint is null or number < $9)
       order by number desc limit $10`,
      [
        tenantId,
        filter.act ?? null,
        filter.actor ?? null,
        filter.target ?? null,
        filter.outcome ?? null,
        filter.requestId ?? null,
        filter.from ?? null,
        filter.to ?? null,
        filter.before ?? null,
        limit,
      ],
    );
    return rows.map((row) => ({ ...readAuditRow(row), hash: row.hash }));
  }
}
