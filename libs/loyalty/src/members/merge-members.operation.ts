import { Injectable } from '@nestjs/common';
import type { DomainError, TenantContext } from '@tallystick/kernel';
import { SucceedAccounts, ownerAccountId } from '@tallystick/ledger';
import { InvalidState, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { MemberAttributes } from '../attributes/member-attributes.js';
import { MoveRelations } from '../relations/move-relations.js';
import { ForgetMember } from './forget-member.js';
import { MembersMerged } from './member.acts.js';
import { lockBeforeMembers } from './member-locks.js';
import { MergeBlocked } from './member.errors.js';
import { MemberMerged } from './member.events.js';
import { MEMBER_WORDS, type MemberStatus } from './member-status.policy.js';
import { MoveBalances } from './move-balances.js';
import { MoveStanding } from './move-standing.js';
import { PROFILE_COLUMNS, ProfileSealer, WITH_PROFILE, type StoredProfile } from './profile-sealer.js';
import { Successions } from './successions.js';

interface Row extends StoredProfile {
  id: string;
  status: MemberStatus;
  attributes: Record<string, unknown>;
}

/** Who is merged, and who goes on for them. */
export interface Merge {
  readonly memberId: string;
  readonly into: string;
}

/**
 * Merges a member into another: points, also those on the way, money and debts move with their dates, so does what leads to the member, what
 * they have used of caps and reached of tiers, and what the other lacks of the profile. From then on the reference of the one means the
 * other, and a refund or reversal of something from before takes from and gives to the other. What was posted stays where it was posted.
 * What other rooms have of them goes along.
 */
@Injectable()
export class MergeMembers {
  constructor(
    private readonly sealer: ProfileSealer,
    private readonly attributes: MemberAttributes,
    private readonly succeedAccounts: SucceedAccounts,
    private readonly moveBalances: MoveBalances,
    private readonly moveStanding: MoveStanding,
    private readonly moveRelations: MoveRelations,
    private readonly forgetMember: ForgetMember,
    private readonly successions: Successions,
  ) {}

  /**
   * Throws `not_found`, `invalid_state` where either is merged, erased or closed, `merge_blocked` while points are held or an erasure is
   * scheduled.
   */
  async execute(tx: WriteTx<TenantContext>, { memberId, into }: Merge): Promise<void> {
    if (memberId === into) throw ValidationFailed.with({ errors: { into: ['Must be another member.'] } });
    const { tenantId } = tx.ctx;
    await lockBeforeMembers(tx);
    const [from, to] = await this.locked(tx, memberId, into);
    await this.refuseScheduled(tx, [from.id, to.id]);
    await this.moveStanding.counters(tx, from.id, to.id);
    const wallets = await this.moveBalances.lock(tx, [from.id, to.id]);
    const own = wallets.filter(({ ownerId }) => ownerId === from.id);
    if (own.some(({ held }) => held > 0n)) throw blocked('held', 'Capture or release what is held first.');
    const stood = await this.moveStanding.tiersOf(tx, from.id, to.id);
    const former = await tx.query<{ id: string }>('select id from member where tenant_id = $1 and merged_into = $2 order by id', [
      tenantId,
      from.id,
    ]);
    await this.succeedAccounts.execute(tx, { owner: to.id, of: [from.id, ...former.map(({ id }) => id)] });
    const details = { source: { channel: 'merge', requestId: tx.ctx.requestId }, to_member_id: to.id };
    await this.moveBalances.handOver(
      tx,
      own.map((wallet) => ({ wallet, to: ownerAccountId(wallet.assetId, to.id), kind: 'transfer', details })),
    );
    await this.moveRelations.execute(tx, from.id, to.id);
    await this.fillGaps(tx, from, to);
    await this.keepCashUserType(tx, from.id, to.id);
    await this.forgetMember.execute(tx, from.id);
    await tx.query(
      `update member set merged_into = $3, status = 'merged', attributes = case when id = $2 then '{}' else attributes end
       where tenant_id = $1 and (id = $2 or merged_into = $2)`,
      [tenantId, from.id, to.id],
    );
    await this.moveStanding.tiers(tx, stood);
    await this.successions.execute(tx, to.id);
    tx.emit(MemberMerged, { id: from.id, into: to.id });
    tx.audit(MembersMerged, { target: { type: 'member', id: from.id }, after: { into: to.id } });
  }

  /** Who asked to be erased is not carried into somebody else. */
  private async refuseScheduled(tx: WriteTx<TenantContext>, memberIds: readonly string[]): Promise<void> {
    const [scheduled] = await tx.query(
      `select from member_erasure where tenant_id = $1 and member_id = any($2::uuid[]) and status = 'scheduled' limit 1`,
      [tx.ctx.tenantId, memberIds],
    );
    if (scheduled) throw blocked('erasure', 'The erasure of one of them is scheduled: cancel it, or let it be carried out.');
  }

  /** Which kind of user for redemption to money the one who goes on is, where nobody said so of them. */
  private async keepCashUserType(tx: WriteTx<TenantContext>, from: string, to: string): Promise<void> {
    await tx.query(
      `with gone as (delete from cash_user where tenant_id = $1 and member_id = $2 returning user_type)
       insert into cash_user (tenant_id, member_id, user_type) select $1, $3, user_type from gone on conflict do nothing`,
      [tx.ctx.tenantId, from, to],
    );
  }

  private async locked(tx: WriteTx<TenantContext>, memberId: string, into: string): Promise<[Row, Row]> {
    const rows = await tx.query<Row>(
      `select m.id, m.status, m.attributes, ${PROFILE_COLUMNS} from member m ${WITH_PROFILE}
       where m.tenant_id = $1 and m.id = any($2::uuid[]) order by m.id for update of m`,
      [tx.ctx.tenantId, [memberId, into]],
    );
    const [from, to] = [memberId, into].map((id) => rows.find((row) => row.id === id));
    if (!from) throw NotFound.with();
    if (!to) throw NotFound.with({ errors: { into: ['No such member.'] } });
    const ended = (row: Row, field: string, statuses: readonly MemberStatus[]): void => {
      if (!statuses.includes(row.status)) return;
      throw InvalidState.with({ errors: { [field]: [`The member is ${MEMBER_WORDS[row.status]}.`], member_status: [row.status] } });
    };
    ended(from, 'member', ['merged', 'erased']);
    ended(to, 'into', ['merged', 'erased', 'closed']);
    return [from, to];
  }

  /** What the one who goes on does not have, from the other; a unique value is free by then. */
  private async fillGaps(tx: WriteTx<TenantContext>, from: Row, to: Row): Promise<void> {
    const { tenantId } = tx.ctx;
    const { attributes: personalFrom = {}, ...profileFrom } = this.sealer.open(tenantId, from.id, from);
    const { attributes: personalTo = {}, ...profileTo } = this.sealer.open(tenantId, to.id, to);
    const before = { memberId: to.id, isNew: false, open: to.attributes, personal: personalTo };
    const given = Object.fromEntries(
      Object.entries({ ...from.attributes, ...personalFrom }).filter(([code]) => !(code in to.attributes) && !(code in personalTo)),
    );
    await tx.query('delete from member_attribute where tenant_id = $1 and member_id = $2', [tenantId, from.id]);
    const { open, personal } = await this.attributes.merge(tx, before, given);
    await tx.query('update member set attributes = $3 where tenant_id = $1 and id = $2', [tenantId, to.id, JSON.stringify(open)]);
    const known = Object.fromEntries(Object.entries(profileTo).filter(([, value]) => value !== null && value !== undefined));
    await this.sealer.store(tx, to.id, { ...profileFrom, ...known, attributes: personal });
  }
}

const blocked = (field: string, message: string): DomainError => MergeBlocked.with({ errors: { [field]: [message] } });
