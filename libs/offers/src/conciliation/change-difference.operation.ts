import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { changesOf, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { DifferenceChanged } from './conciliation.acts.js';
import type { Difference, DifferenceState, Resolution } from './difference.js';
import { FindSettlement } from './find-settlement.query.js';

/** What is to be otherwise; what is left out stays. */
export interface DifferenceChange {
  /** Null takes it away from its owner. */
  readonly ownerId?: string | null;
  /** Only `open`, of one that was resolved: it is looked at again. */
  readonly state?: Extract<DifferenceState, 'open' | 'resolved'>;
  readonly resolution?: Resolution;
  readonly note?: string | null;
}

/**
 * Gives a difference to somebody of the tenant, resolves it with a code and a note, or opens it again. Throws `not_found`, or
 * `validation_error` for an owner who is nobody here, and for a resolution without code or note.
 */
@Injectable()
export class ChangeDifference {
  constructor(private readonly find: FindSettlement) {}

  async execute(tx: WriteTx<TenantContext>, id: string, change: DifferenceChange): Promise<Difference> {
    const { tenantId, actor } = tx.ctx;
    await tx.query('select from conciliation_difference where tenant_id = $1 and id = $2 for update', [tenantId, id]);
    const before = await this.find.difference(tx, id);
    if (change.ownerId) await this.requirePerson(tx, change.ownerId);
    const ownerId = change.ownerId === undefined ? before.ownerId : change.ownerId;
    const note = change.note === undefined ? before.note : change.note;
    const stays = before.state === 'resolved' && change.state === undefined;
    const resolved = change.state === 'resolved' || stays;
    const resolution = change.state === 'resolved' ? change.resolution : stays ? before.resolution : null;
    if (change.state === 'resolved' && (!resolution || !note))
      throw ValidationFailed.with({ errors: { [resolution ? 'note' : 'resolution']: ['Say how and why it is resolved.'] } });
    if (change.state !== 'resolved' && change.resolution !== undefined)
      throw ValidationFailed.with({ errors: { resolution: ['Goes with `state` `resolved`.'] } });
    await tx.query(
      `update conciliation_difference set owner_id = $3, note = $4, state = $5, resolution = $6, updated_at = tenant_now(),
         resolved_at = case when $7 then coalesce(case when $8 then resolved_at end, tenant_now()) end,
         resolved_by = case when $7 then coalesce(case when $8 then resolved_by end, $9) end
       where tenant_id = $1 and id = $2`,
      [
        tenantId,
        id,
        ownerId,
        note,
        resolved ? 'resolved' : ownerId ? 'assigned' : 'open',
        resolution,
        resolved,
        stays,
        `${actor.type} ${actor.id}`,
      ],
    );
    const after = await this.find.difference(tx, id);
    tx.audit(DifferenceChanged, { target: { type: 'conciliation_difference', id }, ...changesOf(told(before), told(after)) });
    return after;
  }

  private async requirePerson(tx: WriteTx<TenantContext>, userId: string): Promise<void> {
    const known = await tx.query(
      `select from tenant_user where tenant_id = $1 and user_id = $2 and role <> 'member' and status = 'active'`,
      [tx.ctx.tenantId, userId],
    );
    if (known.length === 0) throw ValidationFailed.with({ errors: { owner_id: ['Nobody of this id works here.'] } });
  }
}

const told = ({ state, ownerId, resolution, note }: Difference) => ({ state, owner_id: ownerId, resolution, noted: note !== null });
