import { Injectable } from '@nestjs/common';
import { Money, type TenantContext } from '@tallystick/kernel';
import { NotFound, UnitOfWork, type ReadTx } from '@tallystick/platform';
import { FindTransactions } from '../points/find-transactions.query.js';
import type { PointsTransaction } from '../points/points-transaction.js';
import { FindSubRelations } from '../relations/find-sub-relations.query.js';
import { maskRelation, type Relation } from '../relations/relation.js';
import { FindMembers } from './find-members.query.js';
import type { Member } from './member.js';

/** Everything that is kept of a member, to be read by them, but for their postings (C9.10). */
export interface MemberExport {
  readonly exported_at: string;
  readonly member: Member;
  /** Also of who was merged into them: their references. */
  readonly former_references: readonly string[];
  readonly relations: readonly Relation[];
  readonly tier_changes: readonly { program_id: string; from: string | null; to: string | null; reason: string; changed_at: string }[];
  readonly segments: readonly string[];
  readonly money: readonly { transaction_id: string; points: string; amount: string; currency: string; redeemed_at: string }[];
  readonly adjustments: readonly { points: string; direction: string; reason_code: string; narration: string; requested_at: string }[];
  readonly user_ids: readonly { company_id: string; user_id: string; card_id: string }[];
}

/** What was read at once, and whose postings follow. */
export interface BegunExport {
  readonly kept: MemberExport;
  readonly memberIds: readonly string[];
}

type Tx = ReadTx<TenantContext>;

/** Transactions are read so many at a time. */
const CHUNK = 1_000;

/** Gathers what is kept of a member. Postings may be many: they are read and written a batch at a time, however slow the reader is. */
@Injectable()
export class ExportMember {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly members: FindMembers,
    private readonly relations: FindSubRelations,
    private readonly transactions: FindTransactions,
  ) {}

  /** Throws `not_found`, also for who is merged or erased: they have nothing of their own any more. */
  async begin(tx: Tx, memberId: string): Promise<BegunExport> {
    const member = await this.members.byId(tx, memberId);
    if (member.status === 'merged' || member.status === 'erased') throw NotFound.with();
    const { tenantId } = tx.ctx;
    const former = await tx.query<{ id: string; reference: string }>(
      'select id, reference from member where tenant_id = $1 and merged_into = $2 order by id',
      [tenantId, member.id],
    );
    const ids = [member.id, ...former.map(({ id }) => id)];
    const kept: MemberExport = {
      exported_at: (await this.now(tx)).toISOString(),
      member,
      former_references: former.map(({ reference }) => reference),
      relations: (await this.relations.list(tx, member.id)).map((relation) => maskRelation(relation)),
      tier_changes: await tx.query(
        `select program_id, from_code as "from", to_code as "to", reason, to_json(changed_at) #>> '{}' as changed_at
         from member_tier_change where tenant_id = $1 and member_id = any($2::uuid[]) order by changed_at, id`,
        [tenantId, ids],
      ),
      segments: (
        await tx.query<{ code: string }>(
          `select s.code from segment_member i join segment s on s.tenant_id = i.tenant_id and s.id = i.segment_id
           where i.tenant_id = $1 and i.member_id = $2 order by s.code`,
          [tenantId, member.id],
        )
      ).map(({ code }) => code),
      money: (
        await tx.query<{ transaction_id: string; points: string; amount: string; currency: string; redeemed_at: Date }>(
          `select c.transaction_id, trim_scale(c.points / power(10::numeric, p.scale))::text as points, c.amount, c.currency, c.redeemed_at
           from cash_redemption c join program p on p.tenant_id = c.tenant_id and p.id = c.program_id
           where c.tenant_id = $1 and c.member_id = any($2::uuid[]) order by c.number`,
          [tenantId, ids],
        )
      ).map((row) => ({
        ...row,
        amount: Money.of(BigInt(row.amount), row.currency).toString(),
        redeemed_at: row.redeemed_at.toISOString(),
      })),
      adjustments: await tx.query(
        `select trim_scale(w.units / power(10::numeric, p.scale))::text as points, w.direction, w.reason_code, w.narration,
           to_json(w.requested_at) #>> '{}' as requested_at
         from wallet_adjustment w join program p on p.tenant_id = w.tenant_id and p.id = w.program_id
         where w.tenant_id = $1 and w.member_id = any($2::uuid[]) order by w.requested_at, w.id`,
        [tenantId, ids],
      ),
      user_ids: await tx.query(
        'select company_id, id as user_id, card_id from coin_user where tenant_id = $1 and member_id = any($2::uuid[]) order by id',
        [tenantId, ids],
      ),
    };
    return { kept, memberIds: ids };
  }

  /** The JSON of it all: the whole ledger of their wallets, also before a merge, the latest first, comes last. */
  async *pieces(ctx: TenantContext, { kept, memberIds }: BegunExport): AsyncGenerator<string> {
    yield `${JSON.stringify(kept).slice(0, -1)},"transactions":[`;
    let isFirst = true;
    for (const memberId of memberIds)
      for await (const some of this.postings(ctx, memberId)) {
        yield `${isFirst ? '' : ','}${some.map((transaction) => JSON.stringify(transaction)).join(',')}`;
        isFirst = false;
      }
    yield ']}';
  }

  private async *postings(ctx: TenantContext, memberId: string): AsyncGenerator<PointsTransaction[]> {
    for (let before: string | undefined; ;) {
      const window = { memberId, limit: CHUNK, ...(before !== undefined && { before }) };
      const some = await this.unitOfWork.read(ctx, (tx) => this.transactions.list(tx, window));
      if (some.length > 0) yield some;
      if (some.length < CHUNK) return;
      before = String(some.at(-1)!.number);
    }
  }

  private async now(tx: Tx): Promise<Date> {
    const [row] = await tx.query<{ now: Date }>('select tenant_now() as now');
    return row!.now;
  }
}
