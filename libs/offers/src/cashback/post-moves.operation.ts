import { Injectable } from '@nestjs/common';
import { derivedId, newId, type TenantContext } from '@tallystick/kernel';
import {
  DefineCurrency,
  OpenAccounts,
  OpenCashbackAccounts,
  PostTransactions,
  currencyAssetId,
  houseAccountId,
  ownerAccountId,
  type CashbackPurpose,
  type Leg,
  type Post,
} from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
import type { CardTransaction } from './card-transaction.js';
import type { Move } from './cashbook.js';
import type { Standing } from './standing.policy.js';
import { STANDING_TYPES, standingColumns } from './write-cashbook.js';

type Tx = WriteTx<TenantContext>;

/** The owner of a member's account of cashback: money on its way to them, no wallet of theirs. */
export const cashbackOwnerId = (memberId: string): string => derivedId(memberId, 'cashback');

/** The id of a member's account of cashback in a currency of a tenant. */
export const cashbackAccountId = (tenantId: string, memberId: string, currency: string): string =>
  ownerAccountId(currencyAssetId(tenantId, currency), cashbackOwnerId(memberId));

/** The id of the account that says what a merchant owes, below 0, in a currency of a tenant. */
export const merchantAccountId = (tenantId: string, merchantId: string, currency: string): string =>
  ownerAccountId(currencyAssetId(tenantId, currency), merchantId);

const MOVEMENT_TYPES = `id uuid, number bigint, kind text, transaction_id uuid, purchase_id uuid, member_id uuid, merchant_id uuid, offer_id uuid,
  offer_version integer, currency text, amount bigint, settled_at timestamptz, recorded_at timestamptz, ${STANDING_TYPES}`;
const MOVEMENT = MOVEMENT_TYPES.split(',').map((column) => column.trim().split(' ')[0] as string);

/** Posts movements of cashback as one list, and writes them down as commission lines. */
@Injectable()
export class PostMoves {
  constructor(
    private readonly defineCurrency: DefineCurrency,
    private readonly openAccounts: OpenAccounts,
    private readonly openHouse: OpenCashbackAccounts,
    private readonly ledger: PostTransactions,
  ) {}

  async execute(tx: Tx, moves: readonly Move[]): Promise<void> {
    if (moves.length === 0) return;
    const accounts = new Accounts(tx.ctx.tenantId);
    await this.open(tx, moves);
    const commands = moves.map((move) => commandOf(tx.ctx, accounts, move));
    const verdicts = await this.ledger.execute(tx, commands);
    const rows = verdicts.map((verdict, index) => {
      if (verdict.outcome !== 'posted') throw new Error(`cashback was decided but not posted: ${verdict.outcome}`);
      return movementRow(moves[index]!, verdict.transaction);
    });
    await tx.query(
      `insert into cashback_movement (tenant_id, ${MOVEMENT.join(', ')}) select $1, ${MOVEMENT.map((name) => `r.${name}`).join(', ')}
       from json_to_recordset($2::json) as r(${MOVEMENT_TYPES})`,
      [tx.ctx.tenantId, JSON.stringify(rows)],
    );
  }

  private async open(tx: Tx, moves: readonly Move[]): Promise<void> {
    const owners = new Map<string, { assetId: string; ownerId: string; ownerType: string; lotted: boolean; floor: null }>();
    const currencies = [...new Set(moves.map(({ purchase }) => purchase.currency))].sort();
    const assets = new Map<string, string>();
    for (const currency of currencies) {
      assets.set(currency, await this.defineCurrency.execute(tx, currency));
      await this.openHouse.execute(tx, assets.get(currency) as string);
    }
    for (const { purchase } of moves) {
      const { currency, memberId, merchantId } = purchase;
      const own = { lotted: false, floor: null };
      const ofMember = `${currency} ${memberId}`;
      const ofMerchant = `${currency} ${merchantId}`;
      const assetId = assets.get(currency) as string;
      if (!owners.has(ofMember))
        owners.set(ofMember, { ...own, assetId, ownerId: cashbackOwnerId(memberId), ownerType: 'member_cashback' });
      if (!owners.has(ofMerchant)) owners.set(ofMerchant, { ...own, assetId, ownerId: merchantId as string, ownerType: 'merchant' });
    }
    await this.openAccounts.execute(tx, [...owners.values()]);
  }
}

/** The ids of the accounts of a list, each derived once. */
class Accounts {
  private readonly known = new Map<string, string>();

  constructor(private readonly tenantId: string) {}

  member(currency: string, memberId: string): string {
    return this.of(`${currency} ${memberId}`, () => cashbackAccountId(this.tenantId, memberId, currency));
  }

  merchant(currency: string, merchantId: string): string {
    return this.of(`${currency} ${merchantId}`, () => merchantAccountId(this.tenantId, merchantId, currency));
  }

  house(currency: string, purpose: CashbackPurpose): string {
    return this.of(`${currency} ${purpose}`, () => houseAccountId(currencyAssetId(this.tenantId, currency), purpose));
  }

  private of(key: string, derive: () => string): string {
    const known = this.known.get(key) ?? derive();
    this.known.set(key, known);
    return known;
  }
}

function commandOf(ctx: TenantContext, accounts: Accounts, { kind, purchase, transaction, change, settledAt }: Move): Post {
  return {
    act: 'post',
    kind: kind === 'reward' ? 'cashback' : 'cashback_adjustment',
    id: newId(),
    account: accounts.member(purchase.currency, purchase.memberId),
    legs: legsOf(accounts, purchase, change),
    effectiveAt: settledAt,
    details: {
      source: { channel: 'card', requestId: ctx.requestId },
      card_transaction: transaction.id,
      offer: { id: purchase.offerId, version: purchase.offerVersion },
    },
  };
}

/** Straight from who gives to who takes, each in a fixed order: as few legs as there can be. */
function legsOf(accounts: Accounts, { currency, memberId, merchantId }: CardTransaction, change: Standing): Leg[] {
  const sides: { account: string; left: bigint }[] = [
    { account: accounts.merchant(currency, merchantId as string), left: -change.fundedMerchant },
    { account: accounts.house(currency, 'cashback:institution_funding'), left: -change.fundedInstitution },
    { account: accounts.house(currency, 'cashback:platform_funding'), left: -change.fundedPlatform },
    { account: accounts.member(currency, memberId), left: change.cashback },
    { account: accounts.house(currency, 'commission:institution'), left: change.institutionPart },
    { account: accounts.house(currency, 'commission:platform'), left: change.platformPart },
  ];
  const legs: Leg[] = [];
  for (const giver of sides) {
    if (giver.left >= 0n) continue;
    for (const taker of sides) {
      if (giver.left === 0n) break;
      if (taker.left <= 0n) continue;
      const amount = taker.left < -giver.left ? taker.left : -giver.left;
      legs.push({ from: giver.account, to: taker.account, amount });
      giver.left += amount;
      taker.left -= amount;
    }
  }
  return legs;
}

const movementRow = (
  { kind, transaction, purchase, amount, change, settledAt }: Move,
  posted: { id: string; number: bigint; recordedAt: Date },
): object => ({
  id: posted.id,
  number: String(posted.number),
  kind,
  transaction_id: transaction.id,
  purchase_id: purchase.id,
  member_id: purchase.memberId,
  merchant_id: purchase.merchantId,
  offer_id: purchase.offerId,
  offer_version: purchase.offerVersion,
  currency: purchase.currency,
  amount: String(amount),
  settled_at: settledAt,
  recorded_at: posted.recordedAt,
  ...standingColumns(change),
});
