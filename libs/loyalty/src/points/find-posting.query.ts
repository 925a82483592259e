import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { referenceKey } from './plan.js';

/** What a posting is, whose, and with which merchant; `units` is its signed effect on the wallet in the program's smallest unit. */
export interface Posting {
  readonly id: string;
  readonly kind: string;
  readonly memberId: string;
  readonly programId: string;
  readonly merchantName: string | null;
  readonly units: bigint;
}

interface Row {
  id: string;
  kind: string;
  member_id: string;
  program_id: string;
  merchant_name: string | null;
  amount: string;
}

/** Finds a posting to a member's wallet, for who asks whether it is the one that is meant. */
@Injectable()
export class FindPosting {
  /** Undefined for an id that no posting has. */
  byId(tx: ReadTx<TenantContext>, id: string): Promise<Posting | undefined> {
    return this.find(tx, 't.id = $2::uuid', id);
  }

  /** By the natural key of an act. */
  byReference(tx: ReadTx<TenantContext>, act: 'earn' | 'redeem' | 'refund', reference: string): Promise<Posting | undefined> {
    return this.find(tx, 't.reference = $2', referenceKey(act, reference));
  }

  private async find(tx: ReadTx<TenantContext>, condition: string, value: string): Promise<Posting | undefined> {
    const [row] = await tx.query<Row>(
      `select t.id, t.kind, a.owner_id as member_id, p.id as program_id, t.details->>'merchant_name' as merchant_name, t.amount
       from ledger_transaction t
       join ledger_account a on a.tenant_id = t.tenant_id and a.id = t.account_id and a.owner_type = 'member'
       join program p on p.tenant_id = a.tenant_id and p.asset_id = a.asset_id
       where t.tenant_id = $1 and ${condition}`,
      [tx.ctx.tenantId, value],
    );
    if (!row) return undefined;
    const { id, kind, member_id, program_id, merchant_name, amount } = row;
    return { id, kind, memberId: member_id, programId: program_id, merchantName: merchant_name, units: BigInt(amount) };
  }
}
