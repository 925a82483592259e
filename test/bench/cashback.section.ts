import { newId } from '@tallystick/kernel';
import { DefineCurrency, OpenAccounts, OpenCashbackAccounts, PostTransactions } from '@tallystick/ledger';
import { EnrollMembers, ErasedMembers, FindPrograms, MemberKeys } from '@tallystick/loyalty';
import {
  FindCardBatch,
  KeepCashbook,
  MatchMerchants,
  PostCardTransactions,
  PostMoves,
  SaveMerchant,
  SaveOffer,
  type CardItem,
} from '@tallystick/offers';
import { Keyring } from '@tallystick/platform';
import { Bank } from './bank.js';
import type { Options } from './options.js';
import { raceLists, type Race } from './race.js';
import { milliseconds, rate, times, type Findings } from './report.js';
import type { BenchDatabase } from './stage.js';
import { Twin } from './twin.js';
import { RowReader, type RowSources } from './written-rows.js';

const SIZES = [100, 1_000, 5_000];
const CUSTOMERS = 5_000;
const SHOPS = 200;

/** What card transactions refer to. */
const TWINNED = ['merchant', 'offer', 'offer_version'];

/** What a batch writes beside members, ledger and events. */
const SOURCES: RowSources = {
  card_transaction: ({ event }) => `card_transaction r where r.tenant_id = $1 and r.recorded_at >= ${firstAfter(event)}`,
  card_clearing: ({ event }) => `card_clearing r where r.tenant_id = $1 and r.recorded_at >= ${firstAfter(event)}`,
  cashback_movement: ({ number }) => `cashback_movement r where r.tenant_id = $1 and r.number > ${number}`,
  cashback_batch: ({ event }) => `cashback_batch r where r.tenant_id = $1 and r.received_at >= ${firstAfter(event)}`,
};
const firstAfter = (event: string): string => `(select min(recorded_at) from event where tenant_id = $1 and id > '${event}')`;

/** Batches of settled card transactions: at merchants that are known by id, against the same rows by hand. */
export async function measureCashback({ uow, owner }: BenchDatabase, options: Options, tell: (step: string) => void): Promise<Findings> {
  const { ctx } = await Bank.open(uow);
  const post = room();
  let items = 0;
  let batches = 0;
  const take = async (list: readonly CardItem[]): Promise<number> => {
    const begun = performance.now();
    const { batch } = await uow.run(ctx, (tx) =>
      post.execute(tx, { requestId: `bench-${++batches}`, lines: list.map((item) => ({ item })), raw: list }),
    );
    const took = performance.now() - begun;
    if (batch.rejected > 0 || batch.rewarded === 0)
      throw new Error(`a batch of the bench was not rewarded: ${JSON.stringify(batch).slice(0, 500)}`);
    return took;
  };
  const item = (merchant: CardItem['merchant']): CardItem => ({
    id: `P-${newId().slice(-12)}-${++items}`,
    type: 'purchase',
    status: 'settled',
    member_reference: `customer-${items % CUSTOMERS}`,
    amount: `${20 + (items % 400)}.${10 + (items % 90)}`,
    currency: 'MXN',
    date: new Date(Date.now() - 60_000).toISOString(),
    merchant,
  });

  tell('cashback: registering merchants');
  await uow.run(ctx, async (tx) => {
    for (let shop = 0; shop < SHOPS; shop++) {
      const { id } = await new SaveMerchant().create(tx, merchantOf(shop));
      const offer = await new SaveOffer().create(tx, offerOf(id));
      await new SaveOffer().step(tx, offer.id, 'active');
    }
  });
  const atShops = (count: number): CardItem[] => Array.from({ length: count }, (_, n) => item({ merchant_id: `shop-${n % SHOPS}` }));
  const first = await take(atShops(CUSTOMERS));
  const [sql, copy] = [await Twin.of(owner, ctx.tenantId, TWINNED), await Twin.of(owner, ctx.tenantId, TWINNED)];
  await owner.query('vacuum analyze');
  const reader = await RowReader.open(owner, ctx.tenantId, SOURCES);
  const races: [number, Race][] = [];
  for (const size of SIZES) {
    tell(`cashback: batches of ${size}`);
    races.push([size, await raceLists({ reader, sql, copy }, { size, ...options }, () => take(atShops(size)))]);
  }
  return {
    tables: [
      {
        title: 'Batches of card transactions in process, settled purchases a second',
        note: `\`PostCardTransactions\`: ${SHOPS} merchants known by id, each with an offer with a cap, ${CUSTOMERS.toLocaleString('en-US')} customers who take turns, reward, split and ledger. The same rows are then written by one hand-written statement and by COPY, all but what customers have used of caps, for other tenants in the same tables. The first batch, of customers who were never seen before, took ${milliseconds(first)}.`,
        columns: ['Batch of', 'platform', 'SQL', 'COPY', 'of SQL', 'of COPY', 'one batch'],
        rows: races.map(([size, { platform, sql: byHand, copy: byCopy }]) => [
          size.toLocaleString('en-US'),
          rate(platform.median),
          rate(byHand.median),
          rate(byCopy.median),
          times(platform.over(byHand)),
          times(platform.over(byCopy)),
          milliseconds((size * 1_000) / platform.median),
        ]),
      },
    ],
    goals: [],
  };
}

/** The operation with its real parts, as the apps wire it. */
function room(): PostCardTransactions {
  const accounts = new OpenAccounts();
  const enroll = new EnrollMembers(accounts, new ErasedMembers(new MemberKeys(new Keyring([Buffer.alloc(32)]))));
  const moves = new PostMoves(new DefineCurrency(), accounts, new OpenCashbackAccounts(), new PostTransactions());
  return new PostCardTransactions(new FindPrograms(), enroll, new MatchMerchants(), new KeepCashbook(moves), new FindCardBatch());
}

const merchantOf = (shop: number) => ({
  name: `Shop ${shop}`,
  category: 'services' as const,
  status: 'active' as const,
  priceLevel: 2,
  rating: 45,
  businessType: 'physical_venue' as const,
  url: null,
  logoUrl: null,
  socialMedia: [],
  mccs: [],
  identifiers: { merchantIds: [`shop-${shop}`], terminalIds: [], descriptors: [] },
});

const offerOf = (merchantId: string) => ({
  merchantId,
  name: 'Five per cent back',
  kind: 'recurring' as const,
  currency: 'MXN',
  rateBps: 500,
  fixedAmount: null,
  rounding: 'half_up' as const,
  minAmount: null,
  capPerTransaction: null,
  capPerPeriod: 100_000_000n,
  capPeriod: 'month' as const,
  perUserLimit: null,
  budget: null,
  fundedBy: { merchant: 7_000, institution: 2_000, platform: 1_000 },
  shares: { customer: 6_000, institution: 2_500, platform: 1_500 },
  requiresActivation: false,
  endsAt: null,
  startsAt: new Date('2020-01-01T00:00:00Z'),
});
