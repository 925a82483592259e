import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { houseAccountId } from '@tallystick/ledger';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { ErasedMembers } from './erased-members.js';
import { otherErasureBlockers } from './erasure-blockers.js';
import { ForgetMember } from './forget-member.js';
import { ForgetWritings, type Destroyed, type Gone } from './forget-writings.js';
import { lockBeforeMembers } from './member-locks.js';
import { MemberWasErased } from './member.acts.js';
import { ErasureBlocked } from './member.errors.js';
import { MemberErasedEvent } from './member.events.js';
import { MEMBER_WORDS, type MemberStatus } from './member-status.policy.js';
import { MoveBalances, type HeldWallet } from './move-balances.js';

interface Row extends Gone {
  readonly status: MemberStatus;
}

/** Whom, and whether what is left of their points is given up, as they confirmed. */
export interface Erasure {
  readonly memberId: string;
  readonly forfeitPoints: boolean;
}

/**
 * Erases a person: their key, profile, attributes, what leads to them and their references, also those of members who were merged into them
 * (C9.2, C9.3). A random id is left, in the ledger and its seals, which never knew more. Who was erased does not come back with a feed (C9.4).
 */
@Injectable()
export class EraseMember {
  constructor(
    private readonly moveBalances: MoveBalances,
    private readonly forgetMember: ForgetMember,
    private readonly forgetWritings: ForgetWritings,
    private readonly erasedMembers: ErasedMembers,
  ) {}

  /** Why a member cannot be erased at present, by name; nothing when they can. Their wallets stay locked until the transaction ends. */
  async blockers(tx: WriteTx<TenantContext>, { memberId, forfeitPoints }: Erasure): Promise<Readonly<Record<string, readonly string[]>>> {
    return { ...blockersOf(await this.moveBalances.lock(tx, [memberId]), forfeitPoints), ...(await otherErasureBlockers(tx, memberId)) };
  }

  /** Answers what was destroyed. Throws `not_found`, `invalid_state` for who is merged or erased, `erasure_blocked` with the reasons. */
  async execute(tx: WriteTx<TenantContext>, { memberId, forfeitPoints }: Erasure): Promise<Destroyed> {
    await lockBeforeMembers(tx);
    const people = await tx.query<Row>(
      `select id, reference, status, created_at from member where tenant_id = $1 and (id = $2 or merged_into = $2) order by id for update`,
      [tx.ctx.tenantId, memberId],
    );
    const member = people.find(({ id }) => id === memberId);
    if (!member) throw NotFound.with();
    if (member.status === 'merged' || member.status === 'erased')
      throw InvalidState.with({ errors: { status: [`The member is ${MEMBER_WORDS[member.status]}.`] } });
    const wallets = await this.moveBalances.lock(tx, [memberId]);
    const blockers = { ...blockersOf(wallets, forfeitPoints), ...(await otherErasureBlockers(tx, memberId)) };
    if (Object.keys(blockers).length > 0) throw ErasureBlocked.with({ errors: blockers });
    await this.forfeit(tx, wallets);
    const destroyed = await this.forgetWritings.execute(tx, memberId, people);
    for (const { id, reference } of people) {
      for (const [table, rows] of Object.entries(await this.forgetMember.execute(tx, id)))
        destroyed[table] = (destroyed[table] ?? 0) + rows;
      await this.erasedMembers.remember(tx, reference);
      await this.bury(tx, id);
    }
    tx.emit(MemberErasedEvent, { id: memberId });
    tx.audit(MemberWasErased, { target: { type: 'member', id: memberId }, after: { members: people.map(({ id }) => id) } });
    return destroyed;
  }

  private async forfeit(tx: WriteTx<TenantContext>, wallets: readonly HeldWallet[]): Promise<void> {
    const details = { source: { channel: 'erasure', requestId: tx.ctx.requestId }, reason_code: 'erasure' };
    await this.moveBalances.handOver(
      tx,
      wallets
        .filter(({ program }) => program)
        .map((wallet) => ({ wallet, to: houseAccountId(wallet.assetId, 'adjustment'), kind: 'adjust', details })),
    );
  }

  /** Puts a random name in the place of the reference, wherever it was written down. */
  private async bury(tx: WriteTx<TenantContext>, id: string): Promise<void> {
    const { tenantId } = tx.ctx;
    const tombstone = `erased:${randomBytes(12).toString('hex')}`;
    await tx.query(
      `update member set reference = $3, status = 'erased', merged_into = null, attributes = '{}', signed_in_at = null
       where tenant_id = $1 and id = $2`,
      [tenantId, id, tombstone],
    );
    await tx.query(
      `update event set data = data || jsonb_build_object('reference', $3::text)
       where tenant_id = $1 and name = 'member.created' and data ->> 'id' = $2`,
      [tenantId, id, tombstone],
    );
  }
}

function blockersOf(wallets: readonly HeldWallet[], forfeitPoints: boolean): Record<string, readonly string[]> {
  const blockers: Record<string, readonly string[]> = {};
  if (wallets.some(({ held }) => held > 0n)) blockers.held = ['Points are held: capture or release them first.'];
  if (wallets.some(({ program, available }) => !program && available > 0n))
    blockers.money = ['There is money in a wallet: pay it out first.'];
  if (wallets.some(({ owed }) => owed > 0n)) blockers.owed = ['Points are owed: credit them, or wait until they are earned.'];
  if (!forfeitPoints && wallets.some(({ program, available, pending }) => program && available + pending > 0n))
    blockers.balance = [
      'There are points left, or on the way: redeem them, or send `forfeit_points` once the person has confirmed that they give them up.',
    ];
  return blockers;
}
