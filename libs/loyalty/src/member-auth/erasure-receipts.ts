import { Injectable } from '@nestjs/common';
import { AccessTokenSigner, BACKUP_DAYS } from '@tallystick/identity';
import type { WriteTx } from '@tallystick/platform';
import { KEPT_DAYS } from '../files/file-import.js';
import type { MemberErasure } from '../members/member-erasures.js';

/** What kind of statement a receipt is, so that nobody takes it for a token. */
export const ERASURE_RECEIPT_TYPE = 'erasure-receipt+jwt';

/** What is kept of somebody who was erased, why, and for how long after (C9.5); null: as long as feeds may name them. */
const KEPT = [
  { what: 'movements of points and money under a random id', reason: 'books of the company', years: 8 },
  { what: 'audit trail under a random id', reason: 'logs, as the law demands', years: 1 },
  { what: 'keyed hashes of references', reason: 'refuses what would bring the person back', years: null },
] as const;

/** Signs what of a member was destroyed and what is kept, as a JWT that the published keys verify. It names nobody. */
@Injectable()
export class ErasureReceipts {
  constructor(private readonly signer: AccessTokenSigner) {}

  /** Null for an erasure that was not carried out. */
  async sign(tx: WriteTx, { id, member_id, status, requested_at, settled_at, destroyed }: MemberErasure): Promise<string | null> {
    if (status !== 'erased' || settled_at === null) return null;
    const after = ({ years, days }: { years?: number; days?: number }): string => {
      const end = new Date(settled_at);
      end.setUTCFullYear(end.getUTCFullYear() + (years ?? 0));
      end.setUTCDate(end.getUTCDate() + (days ?? 0));
      return end.toISOString().slice(0, 10);
    };
    return this.signer.signStatement(tx, ERASURE_RECEIPT_TYPE, {
      request_id: id,
      member_id,
      requested_at,
      completed_at: settled_at,
      destroyed: { ...destroyed, references: 'replaced by a random name' },
      kept: [
        ...KEPT.map(({ what, reason, years }) => ({ what, reason, until: years === null ? null : after({ years }) })),
        {
          what: 'files that were received, with their lines blacked out',
          reason: 'results for who sent them',
          until: after({ days: KEPT_DAYS }),
        },
      ],
      backups_rotate_within_days: BACKUP_DAYS,
    });
  }
}
