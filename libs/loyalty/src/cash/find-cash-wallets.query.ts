import { Injectable } from '@nestjs/common';
import { Money, type TenantContext } from '@tallystick/kernel';
import { AccountBalances, currencyAssetId } from '@tallystick/ledger';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { ownMember } from '../members/acting-member.js';
import { cashWalletId } from './redeem-to-cash.operation.js';

/** A member's money in one currency; `balance` and `available` are decimals in its units. */
export interface CashWallet {
  readonly id: string;
  readonly member_id: string;
  readonly currency: string;
  /** The ledger's asset of the currency, by which some dialects name it. */
  readonly currency_id: string;
  readonly balance: string;
  readonly available: string;
}

/** Reads members' cash wallets; for a member who asks, their own alone. */
@Injectable()
export class FindCashWallets {
  constructor(private readonly balances: AccountBalances) {}

  /** One for each currency of the tenant, also before the first redemption to it. Throws `not_found`. */
  async ofMember(tx: ReadTx<TenantContext>, memberId: string): Promise<CashWallet[]> {
    const { tenantId } = tx.ctx;
    const [member] = await tx.query<{ id: string }>('select id from member where tenant_id = $1 and id = $2', [
      tenantId,
      ownMember(tx.ctx, memberId),
    ]);
    if (!member) throw NotFound.with();
    const assets = await tx.query<{ currency: string }>(
      `select substr(code, 10) as currency from ledger_asset where tenant_id = $1 and kind = 'currency' and code like 'currency:%' order by code`,
      [tenantId],
    );
    const wallets = assets.map(({ currency }) => ({ currency, id: cashWalletId(tenantId, member.id, currency) }));
    const known = await this.balances.now(
      tx,
      wallets.map(({ id }) => id),
    );
    const byId = new Map(known.map((balance) => [balance.accountId, balance]));
    return wallets.map(({ id, currency }) => ({
      id,
      member_id: member.id,
      currency,
      currency_id: currencyAssetId(tenantId, currency),
      balance: Money.of(byId.get(id)?.posted ?? 0n, currency).toString(),
      available: Money.of(byId.get(id)?.available ?? 0n, currency).toString(),
    }));
  }
}
