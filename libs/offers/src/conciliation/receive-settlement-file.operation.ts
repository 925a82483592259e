import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ReceiveFile, type TakenFile } from '@tallystick/loyalty';
import { ValidationFailed, type WriteTx } from '@tallystick/platform';
import { SettlementFileReceived } from './conciliation.acts.js';
import { SettlementFileAlreadyReceived } from './conciliation.errors.js';
import { SETTLEMENT_COLUMNS, type SettlementFile } from './settlement-file.js';

/** A settlement file whose bytes were taken. */
export interface NewSettlementFile extends TakenFile {
  readonly id: string;
  readonly name: string;
  readonly windowId: string;
  readonly source: string;
  /** Where it lay, when it was dropped. */
  readonly dropped?: { readonly dropId: string; readonly remotePath: string };
}

/**
 * Takes a settlement file of a window and asks for it to be read. The same content, or another under the same name, is taken once (C10.7).
 * Throws `settlement_file_already_received`, or `validation_error` for a window that is not there.
 */
@Injectable()
export class ReceiveSettlementFile {
  constructor(private readonly receiveFile: ReceiveFile) {}

  async execute(
    tx: WriteTx<TenantContext>,
    { id, name, received, sealedKey, windowId, source, dropped }: NewSettlementFile,
  ): Promise<SettlementFile> {
    const { tenantId, actor } = tx.ctx;
    const known = await tx.query('select from conciliation_window where tenant_id = $1 and id = $2', [tenantId, windowId]);
    if (known.length === 0) throw ValidationFailed.with({ errors: { window_id: ['No such window.'] } });
    const [row] = await tx.query<SettlementFile>(
      `insert into settlement_file (tenant_id, id, window_id, source, name, size, sha256, status, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, 'received', $8, tenant_now()) on conflict do nothing returning ${SETTLEMENT_COLUMNS}`,
      [tenantId, id, windowId, source, name, received.bytes, received.sha256, actor.id],
    );
    if (!row) throw await this.repeat(tx, name, received.sha256);
    tx.audit(SettlementFileReceived, {
      target: { type: 'settlement_file', id },
      after: { name, window_id: windowId, source, sha256: received.sha256 },
    });
    await this.receiveFile.execute(tx, { id, type: 'STL', name, received, sealedKey, ...dropped });
    return row;
  }

  private async repeat(tx: WriteTx<TenantContext>, name: string, sha256: string): Promise<Error> {
    const [before] = await tx.query<{ id: string; sha256: string }>(
      `select id, sha256 from settlement_file where tenant_id = $1 and status not in ('refused', 'cancelled') and (sha256 = $2 or name = $3)
       order by (sha256 = $2) desc limit 1`,
      [tx.ctx.tenantId, sha256, name],
    );
    const same = before?.sha256 === sha256 ? 'The same content was received before.' : 'Another file of this name was received before.';
    return SettlementFileAlreadyReceived.with({ errors: { file: [same], file_id: before?.id ?? '' } });
  }
}
