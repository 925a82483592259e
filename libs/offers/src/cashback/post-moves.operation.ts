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
  type Leg,
  type Post,
} from '@tallystick/ledger';
import type { WriteTx } from '@tallystick/platform';
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
    await this.open(tx, moves);
    const commands = moves.map((move) => commandOf(tx.ctx, move));
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
    for (const currency of currencies) await this.openHouse.execute(tx, await this.defineCurrency.execute(tx, currency));
    for (const { purchase } of moves) {
      const assetId = currencyAssetId(tx.ctx.tenantId, purchase.currency);
      const own = { assetId, lotted: false, floor: null };
      owners.set(`${assetId} ${purchase.memberId}`, { ...own, ownerId: cashbackOwnerId(purchase.memberId), ownerType: 'member_cashback' });
      owners.set(`${assetId} ${purchase.merchantId}`, { ...own, ownerId: purchase.merchantId as string, ownerType: 'merchant' });
    }
    await this.openAccounts.execute(tx, [...owners.values()]);
  }
}

function commandOf(ctx: TenantContext, { kind, purchase, transaction, change, settledAt }: Move): Post {
  const account = cashbackAccountId(ctx.tenantId, purchase.memberId, purchase.currency);
  return {
    act: 'post',
    kind: kind === 'reward' ? 'cashback' : 'cashback_adjustment',
    id: newId(),
    account,
    legs: legsOf(ctx.tenantId, purchase.merchantId as string, account, purchase.currency, change),
    effectiveAt: settledAt,
    details: {
      source: { channel: 'card', requestId: ctx.requestId },
      card_transaction: transaction.id,
      offer: { id: purchase.offerId, version: purchase.offerVersion },
    },
  };
}

/** Straight from who gives to who takes, each in a fixed order: as few legs as there can be. */
function legsOf(tenantId: string, merchantId: string, memberAccount: string, currency: string, change: Standing): Leg[] {
  const assetId = currencyAssetId(tenantId, currency);
  const sides: { account: string; left: bigint }[] = [
    { account: merchantAccountId(tenantId, merchantId, currency), left: -change.fundedMerchant },
    { account: houseAccountId(assetId, 'cashback:institution_funding'), left: -change.fundedInstitution },
    { account: houseAccountId(assetId, 'cashback:platform_funding'), left: -change.fundedPlatform },
    { account: memberAccount, left: change.cashback },
    { account: houseAccountId(assetId, 'commission:institution'), left: change.institutionPart },
    { account: houseAccountId(assetId, 'commission:platform'), left: change.platformPart },
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
