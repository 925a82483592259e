import { requestContext, type TenantContext } from '@tallystick/kernel';
import { DefineCurrency, OpenAccounts, OpenCashbackAccounts, PostTransactions, Reconcile } from '@tallystick/ledger';
import { EnrollMembers, ErasedMembers, FindPrograms, MemberKeys } from '@tallystick/loyalty';
import {
  DecideClaim,
  DecideMatch,
  FindCardBatch,
  FindCardTransactions,
  KeepCashbook,
  LookAgain,
  MarkRewards,
  MatchMerchants,
  PostCardTransactions,
  PostMoves,
  RaiseClaim,
  ReviewUnknownCards,
  ReviewWaitingCards,
  cashbackAccountId,
  type CardBatch,
  type CardItem,
  type Offer,
  type OfferInput,
} from '@tallystick/offers';
import { Keyring, type UnitOfWork } from '@tallystick/platform';
import { openTenant } from './identity.js';
import { openMerchant, openOffer } from './offers.js';

/** Operations and queries of card transactions with their real parts. */
export function cashbackRoom() {
  const accounts = new OpenAccounts();
  const erased = new ErasedMembers(new MemberKeys(new Keyring([Buffer.alloc(32, 7)])));
  const enroll = new EnrollMembers(accounts, erased);
  const postMoves = new PostMoves(new DefineCurrency(), accounts, new OpenCashbackAccounts(), new PostTransactions());
  const keep = new KeepCashbook(postMoves);
  const transactions = new FindCardTransactions();
  const findBatch = new FindCardBatch();
  const merchants = new MatchMerchants();
  const lookAgain = new LookAgain(merchants);
  return {
    enroll,
    erased,
    findBatch,
    transactions,
    post: new PostCardTransactions(new FindPrograms(), enroll, merchants, keep, findBatch),
    decide: new DecideMatch(keep, transactions),
    review: new ReviewWaitingCards(merchants, keep),
    reviewUnknown: new ReviewUnknownCards(merchants, keep),
    raise: new RaiseClaim(lookAgain),
    claims: new DecideClaim(lookAgain, keep, transactions),
    mark: new MarkRewards(),
  };
}

/** An item as an institution sends it: a settled purchase of 100.00 at `shop`, unless said otherwise. */
export const cardItem = (id: string, member: string, given: Partial<CardItem> = {}): CardItem => ({
  id,
  type: 'purchase',
  status: 'settled',
  member_reference: member,
  amount: '100.00',
  currency: 'MXN',
  date: '2025-11-10T12:00:00Z',
  ...(given.type === undefined || given.type === 'purchase' ? { merchant: { merchant_id: 'shop' } } : {}),
  ...given,
});

/** A refund of a purchase. */
export const cardRefund = (id: string, member: string, original: string, amount: string, given: Partial<CardItem> = {}): CardItem =>
  cardItem(id, member, { type: 'refund', original_id: original, amount, ...given });

/** A tenant whose merchants reward card transactions, and what can be done and asked there. */
export async function cashbackFixture(uow: UnitOfWork) {
  const room = cashbackRoom();
  const { tenantId } = await openTenant(uow, { currency: 'MXN', timezone: 'America/Mexico_City' });
  const ctx: TenantContext = requestContext({ tenantId, actor: { type: 'client', id: 'bank' }, requestId: 'test-request' });
  let batches = 0;
  const batch = (items: readonly CardItem[], requestId: string | number = `batch-${++batches}`, source?: string): Promise<CardBatch> =>
    uow.run(ctx, async (tx) => {
      const lines = items.map((item) => ({ item }));
      const said = await room.post.execute(tx, { requestId, lines, raw: items, ...(source !== undefined && { source }) });
      return said.batch;
    });
  return {
    ctx,
    room,
    batch,
    /** The verdict of one item. */
    one: async (item: CardItem) => (await batch([item])).items[0]!,
    /** A merchant that is known by `code`, with an offer in force since 2020. */
    async shop(code: string, given: Partial<OfferInput> = {}): Promise<Offer> {
      const { id } = await openMerchant(uow, ctx, { name: `Shop ${code}`, identifiers: { merchantIds: [code] } });
      return openOffer(uow, ctx, id, { startsAt: new Date('1990-01-01T00:00:00Z'), ...given });
    },
    transaction: (id: string) => uow.read(ctx, (tx) => room.transactions.one(tx, id)),
    /** What of an offer's budget is used. */
    spent: (offerId: string) =>
      uow.read(ctx, async (tx) => {
        const [row] = await tx.query<{ spent: string }>('select spent from offer where tenant_id = $1 and id = $2', [tenantId, offerId]);
        return BigInt(row!.spent);
      }),
    /** What the ledger has for a customer, in centavos. */
    paid: (reference: string) =>
      uow.read(ctx, async (tx) => {
        const [member] = await tx.query<{ id: string }>('select id from member where tenant_id = $1 and reference = $2', [
          tenantId,
          reference,
        ]);
        const [account] = await tx.query<{ posted: string }>('select posted from ledger_account where tenant_id = $1 and id = $2', [
          tenantId,
          cashbackAccountId(tenantId, member!.id, 'MXN'),
        ]);
        return BigInt(account?.posted ?? 0);
      }),
    /** What does not add up, between card transactions, movements, budgets, caps and the ledger. */
    differences: () => uow.read(ctx, async (tx) => (await new Reconcile().execute(tx)).differences),
  };
}

export type CashbackFixture = Awaited<ReturnType<typeof cashbackFixture>>;
