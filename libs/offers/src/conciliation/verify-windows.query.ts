import { Injectable } from '@nestjs/common';
import { canonicalJson, type TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';
import { broughtForward } from './brought-forward.sql.js';
import { lineTotals, payoutTotals } from './control-totals.js';
import { listHash } from './list-hash.policy.js';
import { LIST_BATCH, batchesOf, linesAfter, payoutsAfter } from './window-lists.js';
import { CHAIN_BEGINNING, WINDOW_COLUMNS, sealHash, type ClosedWindow } from './window.js';

/** What a check of the windows found. */
export interface WindowVerification {
  /** How many windows are as they were closed, from the first on. */
  readonly windows: number;
  /** The hash of the last of those: it stands for all before it. */
  readonly hash: string;
  /** The first window that is wrong, and how. */
  readonly problem: { readonly window_id: string; readonly reason: string } | null;
}

/** How far a check has come. */
export interface VerificationSoFar extends WindowVerification {
  /** Where the last of those windows ended. */
  readonly endsAt: Date | null;
  /** The number of the last movement that was held against its line; null while there are windows left. */
  readonly movement: string | null;
  readonly finished: boolean;
}

/** Where a check begins. */
export const NOTHING_VERIFIED: VerificationSoFar = {
  windows: 0,
  hash: CHAIN_BEGINNING,
  problem: null,
  endsAt: null,
  movement: null,
  finished: false,
};

/** Movements held against their lines in one statement. */
const MOVEMENTS = 50_000;

const COPIED = [
  ...['number', 'purchase_id', 'merchant_id', 'offer_id', 'offer_version', 'currency', 'amount', 'cashback', 'charge'],
  ...['institution_part', 'platform_part', 'funded_merchant', 'funded_institution', 'funded_platform', 'settled_at'],
];
const copied = (alias: string): string => `row(${COPIED.map((name) => `${alias}.${name}`).join(', ')})`;

/**
 * Recomputes the chain of a tenant's windows from the first: the hashes of lines and payouts, all sums, each link, and then what movements of
 * cashback say of all of it, so that even who writes a window anew with fitting hashes is found out. In bounded memory.
 */
@Injectable()
export class VerifyWindows {
  /** All of it, as of one moment. */
  async find(tx: ReadTx<TenantContext>): Promise<WindowVerification> {
    let sofar = NOTHING_VERIFIED;
    while (!sofar.finished) sofar = await this.next(tx, sofar);
    const { windows, hash, problem } = sofar;
    return { windows, hash, problem };
  }

  /** The next window, or the next movements: what is closed never changes, so each may be looked at in a transaction of its own. */
  async next(tx: ReadTx<TenantContext>, sofar: VerificationSoFar): Promise<VerificationSoFar> {
    if (sofar.movement !== null) return this.nextMovements(tx, sofar, sofar.movement);
    const [window] = await tx.query<ClosedWindow>(
      `select ${WINDOW_COLUMNS} from conciliation_window w where w.tenant_id = $1 and w.number > $2 and w.closed_at is not null
       order by w.number limit 1`,
      [tx.ctx.tenantId, sofar.windows],
    );
    if (!window) return { ...sofar, movement: '0' };
    const reason = linkProblem(window, sofar) ?? (await this.listProblem(tx, window)) ?? (await this.sumProblem(tx, window));
    if (reason !== null) return { ...sofar, problem: { window_id: window.id, reason }, finished: true };
    return { ...sofar, windows: window.number, hash: window.hash, endsAt: window.endsAt };
  }

  private async listProblem(tx: ReadTx<TenantContext>, window: ClosedWindow): Promise<string | null> {
    const lines = await listHash(batchesOf((after) => linesAfter(tx, window.id, after, LIST_BATCH)));
    if (lines.count !== window.lines || lines.hash !== window.linesHash) return 'has other lines than it was closed with';
    const payouts = await listHash(batchesOf((after) => payoutsAfter(tx, window.id, after, LIST_BATCH)));
    if (payouts.count !== window.payouts || payouts.hash !== window.payoutsHash) return 'has other payouts than it was closed with';
    return sealHash(window) === window.hash ? null : 'is not what was sealed';
  }

  private async sumProblem(tx: ReadTx<TenantContext>, { id, number, totals, payoutTotals: paid }: ClosedWindow): Promise<string | null> {
    if (canonicalJson(await lineTotals(tx, id)) !== canonicalJson(totals)) return 'has other totals than its lines';
    if (canonicalJson(await payoutTotals(tx, id)) !== canonicalJson(paid)) return 'has other totals than its payouts';
    const wrong = await tx.query(
      `select from (select member_id, currency, sum(cashback) as earned from conciliation_line where tenant_id = $1 and window_id = $2
           group by member_id, currency) l
         full join (select * from conciliation_payout where tenant_id = $1 and window_id = $2) p on p.member_id = l.member_id and p.currency = l.currency
       where (p.earned = l.earned and p.brought_forward = ${broughtForward('p.member_id', 'p.currency', '$3')}) is not true limit 1`,
      [tx.ctx.tenantId, id, number],
    );
    return wrong.length > 0 ? 'pays what its lines do not say' : null;
  }

  /** Each movement that was closed over stands, as it is, in the window that it names; under the member whose it was when the window closed. */
  private async nextMovements(tx: ReadTx<TenantContext>, sofar: VerificationSoFar, after: string): Promise<VerificationSoFar> {
    const [page] = await tx.query<{ movements: number; last: string | null; wrong: string | null }>(
      `select count(*)::int as movements, max(number) as last, (array_agg(window_id order by number) filter (where not sound))[1] as wrong
       from (select m.number, m.window_id, m.window_id is null
           or (w.closed_at is not null and l.window_id = m.window_id and ${copied('l')} = ${copied('m')} and (l.member_id = m.member_id
             or exists (select from member f where f.tenant_id = $1 and f.id = l.member_id and f.merged_into = m.member_id))) is true as sound
         from cashback_movement m
         left join conciliation_line l on l.tenant_id = $1 and l.movement_id = m.id
         left join conciliation_window w on w.tenant_id = $1 and w.id = m.window_id
         where m.tenant_id = $1 and m.number > $2 order by m.number limit ${MOVEMENTS}) p`,
      [tx.ctx.tenantId, after],
    );
    const { movements, last, wrong } = page!;
    if (wrong !== null) return { ...sofar, problem: { window_id: wrong, reason: 'does not say what moved' }, finished: true };
    return movements < MOVEMENTS ? { ...sofar, finished: true } : { ...sofar, movement: last };
  }
}

function linkProblem(window: ClosedWindow, before: VerificationSoFar): string | null {
  if (window.number !== before.windows + 1) return 'comes after one that is missing';
  if (before.endsAt && window.startsAt.getTime() !== before.endsAt.getTime()) return 'does not begin where the one before ended';
  return window.previousHash === before.hash ? null : 'does not follow the one before';
}
