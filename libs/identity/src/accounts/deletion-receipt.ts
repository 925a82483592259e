import { Injectable } from '@nestjs/common';
import type { WriteTx } from '@tallystick/platform';
import { AccessTokenSigner } from '../access/access-token-signer.js';
import type { AccountDeletion } from './account-deletions.query.js';

/** What kind of statement a receipt is, so that nobody takes it for a token. */
export const RECEIPT_TYPE = 'deletion-receipt+jwt';

/** What is kept of a person, and why (C9.5). */
export const KEPT = [
  'the number of the account, which names nobody any more, in ledgers and audit trails',
  'audit trails with addresses of devices: for at least a year, as the law demands of logs',
] as const;

/** Days after which no backup holds what was erased: operators rotate them within these. */
export const BACKUP_DAYS = 35;

/** Signs what was erased and when, as a JWT that the published keys verify. It names nobody. */
@Injectable()
export class DeletionReceipts {
  constructor(private readonly signer: AccessTokenSigner) {}

  sign(tx: WriteTx, { id, requestedAt, completedAt, erased }: AccountDeletion): Promise<string> {
    return this.signer.signStatement(tx, RECEIPT_TYPE, {
      request_id: id,
      requested_at: requestedAt.toISOString(),
      completed_at: completedAt?.toISOString(),
      erased,
      kept: KEPT,
      backups_rotate_within_days: BACKUP_DAYS,
    });
  }
}
