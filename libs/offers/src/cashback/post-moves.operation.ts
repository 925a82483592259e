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
  type NewAccount,
  type Post,
} from '@tallystick/ledger';
import { arraysOf, sourceOf, type Columns, type WriteTx } from '@tallystick/platform';
import type { CardTransaction } from './card-transaction.js';
import type { Move } from './cashbook.js';
import type { Standing } from './standing.policy.js';
import { standingColumns } from './write-cashbook.js';

type Tx = WriteTx<TenantContext>;

/** The owner of a member's account of cashback: money on its way to them, no wallet of theirs. */
export const cashbackOwnerId = (memberId: string): string => derivedId(memberId, 'cashback');

/** The id of a member's account of cashback in a currency of a tenant. */
export const cashbackAccountId = (tenantId: string, memberId: string, currency: string): string =>
  ownerAccountId(currencyAssetId(tenantId, currency), cashbackOwnerId(memberId));

/** A movement with the ledger's transaction. */
interface Movement extends Move {
  readonly posted: { readonly id: string; readonly number: bigint; readonly recordedAt: Date };
}

const MOVEMENT: Columns<Movement> = {
  id: ['uuid', ({ posted }) => posted.id],
  number: ['bigint', ({ posted }) => posted.number],
  kind: ['text', ({ kind }) => kind],
  transaction_id: ['uuid', ({ transaction }) => transaction.id],
  purchase_id: ['uuid', ({ purchase }) => purchase.id],
  member_id: ['uuid', ({ purchase }) => purchase.memberId],
  merchant_id: ['uuid', ({ purchase }) => purchase.merchantId],
  offer_id: ['uuid', ({ purchase }) => purchase.offerId],
  offer_version: ['integer', ({ purchase }) => purchase.offerVersion],
  currency: ['text', ({ purchase }) => purchase.currency],
  amount: ['bigint', ({ amount }) => amount],
  settled_at: ['timestamptz', ({ settledAt }) => settledAt],
  recorded_at: ['timestamptz', ({ posted }) => posted.recordedAt],
  ...standingColumns(({ change }: Movement) => change),
};
const INSERT = `insert into cashback_movement (tenant_id, ${Object.keys(MOVEMENT).join(', ')}) select $1, r.* from ${sourceOf(MOVEMENT, 2)}`;

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
    const accounts = await this.open(tx, moves);
    const commands = moves.map((move) => commandOf(tx.ctx, accounts, move));
    const verdicts = await this.ledger.execute(tx, commands);
    const movements = verdicts.map((verdict, index): Movement => {
      if (verdict.outcome !== 'posted') throw new Error(`cashback was decided but not posted: ${verdict.outcome}`);
      return { ...moves[index]!, posted: verdict.transaction };
    });
    await tx.query(INSERT, [tx.ctx.tenantId, ...arraysOf(MOVEMENT, movements)]);
  }

  /** Opens what accounts are missing. */
  private async open(tx: Tx, moves: readonly Move[]): Promise<Accounts> {
    const assets = new Map<string, string>();
    for (const currency of [...new Set(moves.map(({ purchase }) => purchase.currency))].sort()) {
      assets.set(currency, await this.defineCurrency.execute(tx, currency));
      await this.openHouse.execute(tx, assets.get(currency) as string);
    }
    const owners = new Map<string, NewAccount>();
    for (const { purchase } of moves) {
      const { currency, memberId, merchantId } = purchase;
      const own = { assetId: assets.get(currency) as string, lotted: false, floor: null };
      const [ofMember, ofMerchant] = [accountKey(currency, memberId), accountKey(currency, merchantId as string)];
      if (!owners.has(ofMember)) owners.set(ofMember, { ...own, ownerId: cashbackOwnerId(memberId), ownerType: 'member_cashback' });
      if (!owners.has(ofMerchant)) owners.set(ofMerchant, { ...own, ownerId: merchantId as string, ownerType: 'merchant' });
    }
    const ids = await this.openAccounts.execute(tx, [...owners.values()]);
    return new Accounts(assets, new Map([...owners.keys()].map((key, index) => [key, ids[index]!])));
  }
}

const accountKey = (currency: string, owner: string): string => `${currency} ${owner}`;

/** The ids of the accounts of a list, each derived once: that takes longer than it looks. */
class Accounts {
  constructor(
    private readonly assets: ReadonlyMap<string, string>,
    private readonly known: Map<string, string>,
  ) {}

  /** A member's or a merchant's. */
  of(currency: string, owner: string): string {
    return this.known.get(accountKey(currency, owner)) as string;
  }

  house(currency: string, purpose: CashbackPurpose): string {
    const key = accountKey(currency, purpose);
    const id = this.known.get(key) ?? houseAccountId(this.assets.get(currency) as string, purpose);
    this.known.set(key, id);
    return id;
  }
}

function commandOf(ctx: TenantContext, accounts: Accounts, { kind, purchase, transaction, change, settledAt }: Move): Post {
  return {
    act: 'post',
    kind: kind === 'reward' ? 'cashback' : 'cashback_adjustment',
    id: newId(),
    account: accounts.of(purchase.currency, purchase.memberId),
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
    { account: accounts.of(currency, merchantId as string), left: -change.fundedMerchant },
    { account: accounts.house(currency, 'cashback:institution_funding'), left: -change.fundedInstitution },
    { account: accounts.house(currency, 'cashback:platform_funding'), left: -change.fundedPlatform },
    { account: accounts.of(currency, memberId), left: change.cashback },
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
