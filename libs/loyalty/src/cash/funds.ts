import { Injectable } from '@nestjs/common';
import { fingerprint, Money, newId, type TenantContext } from '@tallystick/kernel';
import { DefineCurrency, houseAccountId, narrationOf, PostTransactions } from '@tallystick/ledger';
import { IdempotencyKeyReused, ValidationFailed, type ReadTx, type WriteTx } from '@tallystick/platform';
import { FundsDeposited } from './cash.acts.js';

/** What of a currency a tenant can pay out. */
export interface FundsBalance {
  readonly currency: string;
  readonly available: Money;
}

/** Money that came in. */
export interface FundsDeposit {
  readonly id: string;
  readonly number: number;
  readonly amount: Money;
  readonly reference: string;
  readonly narration: string | null;
  readonly depositedAt: Date;
}

const KEY = 'deposit:';

/** A tenant's own money, out of which redemptions are paid: never below 0. */
@Injectable()
export class Funds {
  constructor(
    private readonly defineCurrency: DefineCurrency,
    private readonly ledger: PostTransactions,
  ) {}

  /**
   * Adds money, once for each reference: of the bank's transfer, or whatever names it. Throws `validation_error` for an amount that one
   * posting cannot move, `idempotency_key_reused` for another amount under a reference.
   */
  async deposit(
    tx: WriteTx<TenantContext>,
    { amount, reference, narration }: { amount: Money; reference: string; narration?: string },
  ): Promise<{ deposit: FundsDeposit; replayed: boolean }> {
    const assetId = await this.defineCurrency.execute(tx, amount.currency);
    const funds = houseAccountId(assetId, 'prefund:available');
    const [verdict] = await this.ledger.execute(tx, [
      {
        act: 'post',
        kind: 'fund_deposit',
        id: newId(),
        account: funds,
        legs: [{ from: houseAccountId(assetId, 'bank'), to: funds, amount: amount.minor }],
        reference: { key: `${KEY}${reference}`, hash: fingerprint({ amount: amount.toString(), currency: amount.currency }) },
        narration,
        details: { source: { channel: 'api', requestId: tx.ctx.requestId } },
      },
    ]);
    if (verdict!.outcome === 'conflict')
      throw IdempotencyKeyReused.with({ errors: { reference: ['This reference stands for another deposit.'] } });
    if (verdict!.outcome === 'refused')
      throw ValidationFailed.with({ errors: { amount: ['One deposit is at most 10^12 smallest units.'] } });
    const { transaction, outcome } = verdict!;
    const deposit = {
      id: transaction.id,
      number: Number(transaction.number),
      amount,
      reference,
      narration: transaction.narration,
      depositedAt: transaction.recordedAt,
    };
    if (outcome === 'posted') {
      const after = { amount: amount.toString(), currency: amount.currency, reference };
      tx.audit(FundsDeposited, { target: { type: 'fund_deposit', id: transaction.id }, after });
    }
    return { deposit, replayed: outcome === 'replayed' };
  }

  /** What is left, by currency. */
  async balances(tx: ReadTx<TenantContext>): Promise<FundsBalance[]> {
    const rows = await tx.query<{ code: string; posted: string; held: string }>(
      `select s.code, a.posted, a.held from ledger_account a join ledger_asset s on s.tenant_id = a.tenant_id and s.id = a.asset_id
       where a.tenant_id = $1 and a.owner_id = $1 and a.purpose = 'prefund:available' order by s.code`,
      [tx.ctx.tenantId],
    );
    return rows.map(({ code, posted, held }) => {
      const currency = code.slice('currency:'.length);
      return { currency, available: Money.of(BigInt(posted) - BigInt(held), currency) };
    });
  }

  /** Deposits, newest first, before the one of number `before`. */
  async deposits(tx: ReadTx<TenantContext>, { before, limit }: { before?: string; limit: number }): Promise<FundsDeposit[]> {
    const rows = await tx.query<{
      id: string;
      number: string;
      amount: string;
      code: string;
      reference: string;
      narration: string | null;
      recorded_at: Date;
    }>(
      `select t.id, t.number, t.amount, s.code, t.reference, ${narrationOf('t')} as narration, t.recorded_at from ledger_account a
       join ledger_asset s on s.tenant_id = a.tenant_id and s.id = a.asset_id
       join ledger_transaction t on t.tenant_id = a.tenant_id and t.account_id = a.id and t.kind = 'fund_deposit'
       where a.tenant_id = $1 and a.owner_id = $1 and a.purpose = 'prefund:available' and ($2::bigint is null or t.number < $2)
       order by t.number desc limit $3`,
      [tx.ctx.tenantId, before ?? null, limit],
    );
    return rows.map((row) => ({
      id: row.id,
      number: Number(row.number),
      amount: Money.of(BigInt(row.amount), row.code.slice('currency:'.length)),
      reference: row.reference.slice(KEY.length),
      narration: row.narration,
      depositedAt: row.recorded_at,
    }));
  }
}
