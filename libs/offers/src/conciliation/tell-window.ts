import { newId, type TenantContext } from '@tallystick/kernel';
import type { EventDefinition, WriteTx } from '@tallystick/platform';
import {
  CommissionReport,
  ConciliationWindowClosed,
  RedemptionDispersion,
  type CommissionData,
  type CommissionLine,
  type DispersionData,
  type DispersionLine,
  type DispersionPayout,
} from './conciliation.events.js';
import { decimal, type ClosedWindow } from './window.js';

type Tx = WriteTx<TenantContext>;

/** Lines in one body at most. */
export const PART = 1_000;
/** Bodies that wait in memory at most. */
const HELD = 20;

interface CurrencySums {
  readonly currency: string;
  readonly lines: number;
  readonly payouts: number;
  readonly offers: number;
  readonly cashback: string;
  readonly commission: string;
  readonly charge: string;
  readonly cashbackAdjusted: string;
  readonly commissionAdjusted: string;
  readonly payout: string;
}

/**
 * Tells of a window that closed, each body with the next number of the tenant's: that it closed, and where anything happened in it, the
 * dispersion and the commission, currency by currency in parts (A.2.5). The caller holds the lock of windows.
 */
export class WindowTeller {
  private sequence = 0;
  private told = 0;

  constructor(
    private readonly tx: Tx,
    private readonly window: ClosedWindow,
  ) {}

  async tell(): Promise<void> {
    const { tx, window } = this;
    const [last] = await tx.query<{ sequence: string }>(
      'select coalesce(max(sequence), 0) as sequence from conciliation_message where tenant_id = $1',
      [tx.ctx.tenantId],
    );
    this.sequence = Number(last!.sequence);
    await this.say(ConciliationWindowClosed, { part: 1, parts: 1 }, (id, sequence) => ({
      id,
      sequence,
      window_id: window.id,
      number: window.number,
      refresh_rate: window.rate,
      starts_at: window.startsAt.toISOString(),
      ends_at: window.endsAt.toISOString(),
      lines: window.lines,
      totals: window.totals,
      payout_totals: window.payoutTotals,
      previous_hash: window.previousHash,
      hash: window.hash,
    }));
    if (window.lines === 0) return;
    const sums = await this.sums();
    await this.tellDispersion(sums);
    await this.tellCommission(sums);
  }

  private async tellDispersion(sums: readonly CurrencySums[]): Promise<void> {
    const parts = sums.reduce((all, { lines }) => all + partsFor(lines), 0);
    let part = 0;
    for (const sum of sums) {
      let [line, payout] = [0, 0];
      for (let own = 0; own < partsFor(sum.lines); own++) {
        const lines = await this.lines(sum.currency, line);
        const payouts = await this.payouts(sum.currency, payout);
        [line, payout] = [lines.at(-1)!.position, payouts.at(-1)?.position ?? payout];
        await this.say(RedemptionDispersion, { part: ++part, parts }, (id, sequence): DispersionData => ({
          ...this.head('redemption.dispersion', id, sequence, sum.currency, part, parts),
          data: lines.map(({ shown }) => shown),
          payouts: payouts.map(({ shown }) => shown),
          totals: {
            count: sum.lines,
            cashback: decimal(sum.cashback, sum.currency),
            commission: decimal(sum.commission, sum.currency),
            adjustments: decimal(sum.cashbackAdjusted, sum.currency),
            payout: decimal(sum.payout, sum.currency),
          },
        }));
      }
    }
  }

  private async tellCommission(sums: readonly CurrencySums[]): Promise<void> {
    const parts = sums.reduce((all, { offers }) => all + partsFor(offers), 0);
    let part = 0;
    for (const sum of sums) {
      for (let offset = 0; offset < sum.offers; offset += PART) {
        const data = await this.commission(sum.currency, offset);
        await this.say(CommissionReport, { part: ++part, parts }, (id, sequence): CommissionData => ({
          ...this.head('commission.report', id, sequence, sum.currency, part, parts),
          data,
          totals: {
            count: sum.lines,
            cashback: decimal(sum.cashback, sum.currency),
            commission: decimal(sum.commission, sum.currency),
            adjustments: decimal(sum.commissionAdjusted, sum.currency),
            charge: decimal(sum.charge, sum.currency),
          },
        }));
      }
    }
  }

  private head(event: string, id: string, sequence: number, currency: string, part: number, parts: number) {
    const { window } = this;
    return {
      event,
      id,
      sequence,
      windowId: window.id,
      period: { from: window.startsAt.toISOString(), to: window.endsAt.toISOString() },
      refreshRate: window.rate,
      part,
      parts,
      currency,
      previousHash: window.previousHash,
      hash: window.hash,
    };
  }

  private async say<Data extends object>(
    event: EventDefinition<Data>,
    { part, parts }: { part: number; parts: number },
    body: (id: string, sequence: number) => Data,
  ): Promise<void> {
    const { tx, window } = this;
    const id = newId();
    const sequence = ++this.sequence;
    await tx.query(
      `insert into conciliation_message (tenant_id, sequence, window_id, event_id, event_name, part, parts) values ($1, $2, $3, $4, $5, $6, $7)`,
      [tx.ctx.tenantId, sequence, window.id, id, event.name, part, parts],
    );
    tx.emit(event, body(id, sequence), id);
    if (++this.told % HELD === 0) await tx.flushOutbox();
  }

  private sums(): Promise<CurrencySums[]> {
    const { tx, window } = this;
    return tx.query<CurrencySums>(
      `select l.currency, count(*)::int as lines, (count(distinct (l.merchant_id, l.offer_id)))::int as offers, sum(l.cashback)::text as cashback,
         sum(l.charge - l.cashback)::text as commission, sum(l.charge)::text as charge,
         coalesce(sum(l.cashback) filter (where l.state = 'adjustment'), 0)::text as "cashbackAdjusted",
         coalesce(sum(l.charge - l.cashback) filter (where l.state = 'adjustment'), 0)::text as "commissionAdjusted",
         (select coalesce(sum(p.payout), 0)::text from conciliation_payout p
          where p.tenant_id = $1 and p.window_id = $2 and p.currency = l.currency) as payout
       from conciliation_line l where l.tenant_id = $1 and l.window_id = $2 group by l.currency order by l.currency`,
      [tx.ctx.tenantId, window.id],
    );
  }

  private async lines(currency: string, after: number): Promise<{ position: number; shown: DispersionLine }[]> {
    const rows = await this.tx.query<DispersionLine & { position: number }>(
      `select l.position, l.reference as id, b.reference as uuid, l.cashback::text as cashback, l.currency,
         case when l.cashback < 0 or l.charge < 0 then 'reversed' else 'conciliated' end as status, json_build_object('id', o.id, 'name', o.name, 'quickType', o.kind) as offer,
         l.state = 'adjustment' as adjustment, l.original_window_id as "originalWindowId"
       from conciliation_line l join member b on b.tenant_id = $1 and b.id = l.member_id join offer o on o.tenant_id = $1 and o.id = l.offer_id
       where l.tenant_id = $1 and l.window_id = $2 and l.currency = $3 and l.position > $4 order by l.position limit ${PART}`,
      [this.tx.ctx.tenantId, this.window.id, currency, after],
    );
    return rows.map(({ position, ...line }) => ({
      position,
      shown: { ...line, cashback: decimal(line.cashback, currency) },
    }));
  }

  private async payouts(currency: string, after: number): Promise<{ position: number; shown: DispersionPayout }[]> {
    const rows = await this.tx.query<DispersionPayout & { position: number }>(
      `select p.position, b.reference as uuid, p.earned::text as earned, p.brought_forward::text as "broughtForward", p.payout::text as payout,
         p.carried_forward::text as "carriedForward"
       from conciliation_payout p join member b on b.tenant_id = $1 and b.id = p.member_id
       where p.tenant_id = $1 and p.window_id = $2 and p.currency = $3 and p.position > $4 order by p.position limit ${PART}`,
      [this.tx.ctx.tenantId, this.window.id, currency, after],
    );
    return rows.map(({ position, uuid, earned, broughtForward, payout, carriedForward }) => ({
      position,
      shown: {
        uuid,
        earned: decimal(earned, currency),
        broughtForward: decimal(broughtForward, currency),
        payout: decimal(payout, currency),
        carriedForward: decimal(carriedForward, currency),
      },
    }));
  }

  private async commission(currency: string, offset: number): Promise<CommissionLine[]> {
    const money = ['amount', 'charge', 'cashback', 'commission', 'institutionPart', 'platformPart'] as const;
    const funded = ['fundedByMerchant', 'fundedByInstitution', 'fundedByPlatform', 'adjustments'] as const;
    const rows = await this.tx.query<CommissionLine>(
      `select l.*, m.name as merchant, o.name as offer from (
         select merchant_id as "merchantId", offer_id as "offerId", count(*)::int as count, sum(amount)::text as amount, sum(charge)::text as charge,
           sum(cashback)::text as cashback, sum(charge - cashback)::text as commission, sum(institution_part)::text as "institutionPart",
           sum(platform_part)::text as "platformPart", sum(funded_merchant)::text as "fundedByMerchant",
           sum(funded_institution)::text as "fundedByInstitution", sum(funded_platform)::text as "fundedByPlatform",
           coalesce(sum(charge - cashback) filter (where state = 'adjustment'), 0)::text as adjustments
         from conciliation_line where tenant_id = $1 and window_id = $2 and currency = $3
         group by merchant_id, offer_id order by merchant_id, offer_id limit ${PART} offset $4) l
       join merchant m on m.tenant_id = $1 and m.id = l."merchantId" join offer o on o.tenant_id = $1 and o.id = l."offerId"
       order by l."merchantId", l."offerId"`,
      [this.tx.ctx.tenantId, this.window.id, currency, offset],
    );
    return rows.map((row) => ({
      ...row,
      ...(Object.fromEntries([...money, ...funded].map((name) => [name, decimal(row[name], currency)])) as Pick<
        CommissionLine,
        (typeof money)[number] | (typeof funded)[number]
      >),
    }));
  }
}

const partsFor = (lines: number): number => Math.ceil(lines / PART);
