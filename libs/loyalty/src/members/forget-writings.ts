import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { newCoinId } from '../coins/coin-id.policy.js';
import { ErasedMembers } from './erased-members.js';
import { orderToForget } from './forget-erased.js';
import { MemberErased } from './member.errors.js';
import { forgetErased } from './members.jobs.js';

/** Somebody who is being erased. */
export interface Gone {
  readonly id: string;
  readonly reference: string;
  readonly created_at: Date;
}

/** How many of what was destroyed, by name: for the receipt. */
export type Destroyed = Record<string, number>;

type Tx = WriteTx<TenantContext>;

/**
 * Takes away what was written about people wherever it was written down: beside their transactions, in events, parked refunds, manual
 * adjustments, and as ids of users of companies; asks the worker for kept answers and files, which may be many. What reads by a number or a
 * random id stays.
 */
@Injectable()
export class ForgetWritings {
  constructor(
    private readonly erasedMembers: ErasedMembers,
    private readonly keyring: Keyring,
  ) {}

  /** `people` are one person: who they are, and who was merged into them. */
  async execute(tx: Tx, memberId: string, people: readonly Gone[]): Promise<Destroyed> {
    const ids = people.map(({ id }) => id);
    // Members of a sandbox are enrolled by its clock, answers are kept by ours.
    const since = new Date(Math.min(...people.map(({ created_at: at }) => at.getTime())) - tx.ctx.clockOffsetMs - LEEWAY_MS);
    const names = { ids, references: people.map(({ reference }) => reference), since: since.toISOString() };
    tx.enqueue(forgetErased, orderToForget(this.keyring, tx.ctx.tenantId, memberId, names));
    return {
      notes_of_transactions: await this.notes(tx, ids),
      texts_of_events: await this.events(tx, ids),
      adjustment_texts: await this.adjustments(tx, ids),
      parked_refunds: await this.parkedRefunds(tx, people),
      ids_of_users: await this.coinUsers(tx, ids),
      card_details: await this.cards(tx, ids),
    };
  }

  private async notes(tx: Tx, ids: readonly string[]): Promise<number> {
    const gone = await tx.query(
      `with own as (select id from ledger_account where tenant_id = $1 and owner_id = any($2::uuid[])),
         theirs as (select t.id from own a join ledger_transaction t on t.tenant_id = $1 and t.account_id = a.id
           union select t.id from own a join ledger_transaction t on t.tenant_id = $1 and t.counter_account_id = a.id)
       delete from ledger_note n using theirs t where n.tenant_id = $1 and n.transaction_id = t.id returning n.transaction_id`,
      [tx.ctx.tenantId, ids],
    );
    return gone.length;
  }

  private async events(tx: Tx, ids: readonly string[]): Promise<number> {
    const gone = await tx.query(
      `update event set data = data || '{"narration": null, "metadata": null}'
       where tenant_id = $1 and data ->> 'member_id' = any($2::text[])
         and (data ->> 'narration' is not null or jsonb_typeof(data -> 'metadata') = 'object') returning id`,
      [tx.ctx.tenantId, ids],
    );
    return gone.length;
  }

  private async adjustments(tx: Tx, ids: readonly string[]): Promise<number> {
    const gone = await tx.query(
      `update wallet_adjustment set narration = 'erased', remarks = null
       where tenant_id = $1 and member_id = any($2::uuid[]) and (narration <> 'erased' or remarks is not null) returning id`,
      [tx.ctx.tenantId, ids],
    );
    return gone.length;
  }

  /** One that still waits is refused for good: its purchase would be refused as well. */
  private async parkedRefunds(tx: Tx, people: readonly Gone[]): Promise<number> {
    const gone = await tx.query(
      `update parked_refund set fact = '{"kind": "refund"}', code = case status when 'waiting' then $4 else code end,
         settled_at = case status when 'waiting' then tenant_now() else settled_at end,
         status = case status when 'waiting' then 'refused' else status end
       where tenant_id = $1 and reference in (
         select reference from parked_refund where tenant_id = $1 and fact -> 'member' ->> 'reference' = any($2::text[])
         union all select reference from parked_refund where tenant_id = $1 and fact -> 'member' ->> 'id' = any($3::text[]))
       returning reference`,
      [tx.ctx.tenantId, people.map(({ reference }) => reference), people.map(({ id }) => id), MemberErased.code],
    );
    return gone.length;
  }

  /** What a card transaction says beyond ids and amounts; the merchant's own words stay. */
  private async cards(tx: Tx, ids: readonly string[]): Promise<number> {
    const gone = await tx.query(
      `update card_transaction set zipcode = null, bin = null, last4 = null, authorization_code = null, metadata = null
       where tenant_id = $1 and member_id = any($2::uuid[])
         and coalesce(zipcode, bin, last4, authorization_code, metadata::text) is not null
       returning id`,
      [tx.ctx.tenantId, ids],
    );
    return gone.length;
  }

  /** Their ids may be the tenant's own: they become random, and who sends one is told that the person was erased. */
  private async coinUsers(tx: Tx, ids: readonly string[]): Promise<number> {
    const users = await tx.query<{ id: string }>(
      'select id from coin_user where tenant_id = $1 and member_id = any($2::uuid[]) order by id',
      [tx.ctx.tenantId, ids],
    );
    for (const { id } of users) {
      await this.erasedMembers.remember(tx, id);
      await tx.query('update coin_user set id = $3, card_id = $4 where tenant_id = $1 and id = $2', [
        tx.ctx.tenantId,
        id,
        newCoinId('user'),
        newCoinId('card'),
      ]);
    }
    return users.length;
  }
}

/** Two clocks of one moment may differ by so much. */
const LEEWAY_MS = 60_000;
