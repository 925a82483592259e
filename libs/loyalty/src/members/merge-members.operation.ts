import { Injectable } from '@nestjs/common';
import type { DomainError, TenantContext } from '@tallystick/kernel';
import { OpenAccounts, ownerAccountId } from '@tallystick/ledger';
import { InvalidState, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { MemberAttributes } from '../attributes/member-attributes.js';
import { PointsTransferred } from '../loyalty.events.js';
import { showTransaction } from '../points/points-transaction.js';
import { MoveRelations } from '../relations/move-relations.js';
import { ForgetMember } from './forget-member.js';
import { MembersMerged } from './member.acts.js';
import { MergeBlocked } from './member.errors.js';
import { MemberMerged } from './member.events.js';
import { MEMBER_WORDS, type MemberStatus } from './member-status.policy.js';
import { MoveBalances, type HeldWallet } from './move-balances.js';
import { PROFILE_COLUMNS, ProfileSealer, WITH_PROFILE, type StoredProfile } from './profile-sealer.js';

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
 * Merges a member into another: points and money move with their dates, so does what leads to the member, and what the other lacks of the
 * profile. From then on the reference of the one means the other. What was posted before stays where it was posted.
 */
@Injectable()
export class MergeMembers {
  constructor(
    private readonly sealer: ProfileSealer,
    private readonly attributes: MemberAttributes,
    private readonly openAccounts: OpenAccounts,
    private readonly moveBalances: MoveBalances,
    private readonly moveRelations: MoveRelations,
    private readonly forgetMember: ForgetMember,
  ) {}

  /**
   * Throws `not_found`, `invalid_state` where either is merged, erased or closed, `merge_blocked` while points are held, wait to become
   * available or are owed.
   */
  async execute(tx: WriteTx<TenantContext>, { memberId, into }: Merge): Promise<void> {
    if (memberId === into) throw ValidationFailed.with({ errors: { into: ['Must be another member.'] } });
    const [from, to] = await this.locked(tx, memberId, into);
    const wallets = await this.moveBalances.lock(tx, [from.id, to.id]);
    const own = wallets.filter(({ ownerId }) => ownerId === from.id);
    refuseOpen(own);
    await this.move(tx, own, to.id);
    await this.moveRelations.execute(tx, from.id, to.id);
    await this.fillGaps(tx, from, to);
    await this.forgetMember.execute(tx, from.id);
    await tx.query(
      `update member set merged_into = $3, status = 'merged', attributes = case when id = $2 then '{}' else attributes end
       where tenant_id = $1 and (id = $2 or merged_into = $2)`,
      [tx.ctx.tenantId, from.id, to.id],
    );
    tx.emit(MemberMerged, { id: from.id, into: to.id });
    tx.audit(MembersMerged, { target: { type: 'member', id: from.id }, after: { into: to.id } });
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

  private async move(tx: WriteTx<TenantContext>, own: readonly HeldWallet[], into: string): Promise<void> {
    const full = own.filter(({ available }) => available > 0n);
    if (full.length === 0) return;
    await this.openAccounts.execute(
      tx,
      full.map(({ assetId, program }) => ({ assetId, ownerId: into, ownerType: 'member' as const, lotted: program !== undefined })),
    );
    const details = { source: { channel: 'merge', requestId: tx.ctx.requestId }, to_member_id: into };
    const posted = await this.moveBalances.post(
      tx,
      full.map((wallet) => ({ wallet, to: ownerAccountId(wallet.assetId, into), kind: 'transfer', details })),
    );
    posted.forEach(({ transaction }, index) => {
      const { program, ownerId } = full[index]!;
      if (program) tx.emit(PointsTransferred, showTransaction({ transaction, program, memberId: ownerId }));
    });
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

function refuseOpen(wallets: readonly HeldWallet[]): void {
  const blocked = (field: string, message: string): DomainError => MergeBlocked.with({ errors: { [field]: [message] } });
  if (wallets.some(({ held }) => held > 0n)) throw blocked('held', 'Capture or release what is held first.');
  if (wallets.some(({ pending }) => pending > 0n))
    throw blocked('pending', 'Some points are not available yet: wait for them or void them.');
  if (wallets.some(({ posted }) => posted < 0n)) throw blocked('owed', 'The member owes points: settle that first.');
}
