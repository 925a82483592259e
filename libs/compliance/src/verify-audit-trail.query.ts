import { Injectable } from '@nestjs/common';
import { CHAIN_START, chainHash, readAuditRow, type ReadTx, type StoredAct } from '@tallystick/platform';

/** What a check of one trail found. */
export interface AuditVerification {
  /** Null for the platform's own trail. */
  readonly tenant_id: string | null;
  /** How many records are as they were recorded, from the first on. */
  readonly records: string;
  /** The hash of the last of those, in hex: it stands for all before it. */
  readonly hash: string;
  /** The first record that is wrong, and how. */
  readonly problem: { readonly number: string; readonly reason: string } | null;
}

/** A record that was seen earlier: by its number, its hash in hex. */
export type KnownRecords = ReadonlyMap<string, string>;

const BATCH = 1_000;

/** Recomputes the chain of the context's trail from its first record (AUD-04), in bounded memory. */
@Injectable()
export class VerifyAuditTrail {
  /** Also holds it against `known` records, which shows a trail that was rewritten as a whole. */
  async find(tx: ReadTx, known: KnownRecords = new Map()): Promise<AuditVerification> {
    let sound = { number: 0n, hash: CHAIN_START as Buffer };
    const result = (problem: AuditVerification['problem']): AuditVerification => ({
      tenant_id: tx.ctx.tenantId,
      records: String(sound.number),
      hash: sound.hash.toString('hex'),
      problem,
    });
    for (let rows = await this.after(tx, '0'); rows.length > 0; rows = await this.after(tx, String(sound.number))) {
      for (const row of rows) {
        const expected = sound.number + 1n;
        if (BigInt(row.number) !== expected) return result({ number: String(expected), reason: 'is missing' });
        const hash = chainHash(sound.hash, readAuditRow(row));
        if (!hash.equals(row.hash)) return result({ number: row.number, reason: 'is not what was recorded' });
        if (known.has(row.number) && known.get(row.number) !== hash.toString('hex'))
          return result({ number: row.number, reason: 'has another hash than it had earlier' });
        sound = { number: expected, hash };
      }
    }
    return result(await this.endProblem(tx, sound, known));
  }

  private async endProblem(
    tx: ReadTx,
    sound: { number: bigint; hash: Buffer },
    known: KnownRecords,
  ): Promise<AuditVerification['problem']> {
    const { tenantId } = tx.ctx;
    const [head] = await tx.query<{ number: string; hash: Buffer }>(
      tenantId === null ? 'select number, hash from platform_audit_head' : 'select number, hash from audit_head where tenant_id = $1',
      tenantId === null ? [] : [tenantId],
    );
    const next = String(sound.number + 1n);
    const last = [...known.keys(), head?.number ?? '0'].reduce((most, number) => (BigInt(number) > most ? BigInt(number) : most), 0n);
    if (last > sound.number) return { number: next, reason: 'is missing' };
    if (BigInt(head?.number ?? 0) !== sound.number)
      return { number: String(BigInt(head?.number ?? 0) + 1n), reason: 'was added past the end' };
    if (head && !head.hash.equals(sound.hash)) return { number: head.number, reason: 'is not what the end of the trail says' };
    return null;
  }

  private after(tx: ReadTx, number: string): Promise<StoredAct[]> {
    const { tenantId } = tx.ctx;
    return tx.query<StoredAct>(
      tenantId === null
        ? 'select * from platform_audit_record where number > $1 order by number limit $2'
        : 'select * from audit_record where number > $1 and tenant_id = $3 order by number limit $2',
      tenantId === null ? [number, BATCH] : [number, BATCH, tenantId],
    );
  }
}
