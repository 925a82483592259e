import { Reconcile } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import { DateTime } from 'luxon';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { brokenInvariants } from '../../../../test/support/ledger-invariants.js';
import { LifeModel, type Said } from '../../../../test/support/life-model.js';
import { daysOf, loyaltyFixture, TEST_TERMS, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import type { ProgramTerms } from '../programs/program.js';
import type { PointsFact } from './points-fact.js';
import type { PointsOutcome } from './points-outcome.js';

const DAY = 86_400_000;
/** Calls are sent at noon: what ends or begins by itself does so at other times of a day. */
const [AFTERNOON, EVENING] = [0.125, 0.25];
const ZONE = 'Asia/Kolkata';
const source = { channel: 'test', requestId: 'r' };
const WHO = ['ann', 'bo', 'cy'];
const seeds = process.env.LIFE_SEEDS ? process.env.LIFE_SEEDS.split(',').map(Number) : [1, 2, 3, 4, 5, 6];
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.workerUrl));
});
afterAll(async () => {
  await close();
  await database.close();
});

/** Numbers from a seed, always the same. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
}

const TERMS: Partial<ProgramTerms>[] = [
  { expiry_policy: { type: 'rolling', days: 3 }, grace_days: 2 },
  { expiry_policy: { type: 'rolling', days: 5 }, consumption_order: 'fifo', return_policy: 'allow_negative', activation_days: 1 },
  { expiry_policy: { type: 'rolling', days: 2 }, reversal_policy: 'restore_and_expire', grace_days: 3 },
  { expiry_policy: { type: 'sliding', days: 4 }, return_policy: 'allow_negative', grace_days: 0 },
  { expiry_policy: { type: 'rolling', days: 4 }, return_policy: 'pending_only', grace_days: 1, activation_days: 2 },
  { expiry_policy: { type: 'calendar', period: 'month' }, reversal_policy: 'restore_and_expire', return_policy: 'allow_negative' },
  { expiry_policy: { type: 'rolling', months: 1, round_up_to: 'quarter' }, consumption_order: 'fifo' },
];

const said = (outcome: PointsOutcome): Said =>
  outcome.status === 'refused' ? outcome.refusal.definition.code : 'shown' in outcome ? outcome.shown.points : outcome.status;

/** A call: what is posted, whether its repeats are told apart by themselves, and what the model says of it. */
interface Call {
  readonly key: string;
  readonly fact: PointsFact;
  model(): Said;
  /** What a repeat at the same time is told where it is no replay. */
  readonly again?: string;
}

/** Calls of every kind, about what has happened so far. */
class Caller {
  private count = 0;
  readonly ids = new Map<string, string>();

  constructor(
    private readonly roll: (below: number) => number,
    private readonly model: LifeModel,
  ) {}

  private some = <T>(list: readonly T[]): T | undefined => list[list.length - 1 - this.roll(Math.min(8, list.length))];

  next(): Call {
    const { roll, model } = this;
    const key = `k${++this.count}`;
    const [who, to] = [WHO[roll(3)]!, WHO[roll(3)]!];
    const [member, points] = [{ reference: who }, 1 + roll(60)];
    const base = { source, reference: key };
    const posted = this.some([...model.posted.keys()]);
    const hold = this.some([...model.holds.keys()]);
    const causes = ['requested', 'rejected', 'supplier_failure', 'cancelled_by_staff', undefined] as const;
    const cause = causes[roll(5)];
    const ours = cause !== undefined && cause !== 'requested';
    const kind = roll(26);
    if (kind < 5 || !posted) return this.earning(key, who, points);
    if (kind < 9) return { key, fact: { ...base, kind: 'redeem', member, points }, model: () => model.redeem(key, who, points) };
    if (kind < 11 && who !== to)
      return {
        key,
        fact: { ...base, kind: 'transfer', from: member, to: { reference: to }, points },
        model: () => model.transfer(key, who, to, points),
      };
    if (kind < 13 || !hold) {
      const days = roll(2) ? 1 + roll(6) + EVENING : null;
      return {
        key,
        fact: { ...base, kind: 'hold', member, points, ...(days !== null && { expiresIn: days * 86_400 }) },
        model: () => model.hold(key, who, points, days),
      };
    }
    if (kind < 15) {
      const some = roll(2) ? 1 + roll(30) : undefined;
      return {
        key,
        fact: { source, kind: 'capture', holdId: this.ids.get(hold)!, ...(some && { points: some }) },
        model: () => model.capture(key, hold, some, false),
        again: 'invalid_state',
      };
    }
    if (kind < 16)
      return {
        key,
        fact: { source, kind: 'release', holdId: this.ids.get(hold)!, cause },
        model: () => model.release(key, hold, ours),
        again: 'invalid_state',
      };
    const transactionId = this.ids.get(posted)!;
    const { kind: was, points: moved, cents } = model.posted.get(posted)!;
    if (kind < 18 || was === 'transfer')
      return {
        key,
        fact: { source, kind: 'reverse', transactionId, cause },
        model: () => model.reverse(key, posted, {}, ours),
        again: 'already_reversed',
      };
    if (kind >= 24)
      return {
        key,
        fact: { source, kind: 'void', transactionId },
        model: () => model.void(key, posted),
        again: was === 'earn' ? 'already_reversed' : 'invalid_state',
      };
    if (kind >= 22 && cents !== null) {
      const part = 1 + roll(cents);
      const purchase = { amount: (part / 100).toFixed(2), currency: 'USD' };
      return {
        key,
        fact: { ...base, kind: 'refund', member: { reference: model.posted.get(posted)!.who }, originalReference: posted, purchase },
        model: () => model.reverse(key, posted, { cents: part }, false),
      };
    }
    const share = cents === null ? { points: 1 + roll(Math.max(1, moved)) } : { cents: 1 + roll(cents) };
    const refunded = share.cents === undefined ? { points: share.points! } : { amount: (share.cents / 100).toFixed(2), currency: 'USD' };
    return {
      key,
      fact: { ...base, kind: 'refund_transaction', transactionId, refunded, cause },
      model: () => (this.isPending(posted) ? 'invalid_state' : model.reverse(key, posted, share, ours)),
    };
  }

  /** Points as stated or a purchase, now and then one that was paid in part with points of a redemption: each is worth a cent. */
  private earning(key: string, somebody: string, points: number): Call {
    const { roll, model } = this;
    const days = roll(4) === 0 ? 1 + roll(3) + AFTERNOON : 0;
    const redeemed = [...model.posted].filter(([, { kind }]) => kind === 'redeem' || kind === 'capture');
    const [paidBy, payment] = (roll(3) === 0 ? this.some(redeemed) : undefined) ?? [];
    const who = payment && roll(6) > 0 ? payment.who : somebody;
    const cents = payment || roll(2) ? (1 + roll(300)) * 100 + roll(100) : null;
    const [amount, paid] = [cents ?? 0, payment?.points ?? 0].map((some) => (some / 100).toFixed(2)) as [string, string];
    return {
      key,
      fact: {
        kind: 'earn',
        source,
        reference: key,
        member: { reference: who },
        earned: cents === null ? { points } : { purchase: { amount, currency: 'USD', ...(payment && { paid_with_points: paid }) } },
        ...(payment && { paidBy: payment.kind === 'redeem' && roll(2) ? { reference: paidBy! } : { id: this.ids.get(paidBy!)! } }),
        mayEnroll: true,
        ...(days > 0 && { availableAt: new Date(model.now + days * DAY) }),
      },
      model: () =>
        model.earn(key, who, cents === null ? points : Math.floor((cents - (payment?.points ?? 0)) / 300), { cents, days, paidBy }),
    };
  }

  /** Only what has become available is refunded; what has not is voided (C3.10). */
  private isPending(key: string): boolean {
    return this.model.isPending(key) && !this.model.posted.get(key)!.whole;
  }
}

/** What everybody has, lot by lot, where anything is left. */
async function standing(loyalty: LoyaltyFixture) {
  return uow.read(loyalty.ctx, async (tx) => {
    const rows = await tx.query<{ who: string; original: string; remaining: string; held: string; last: string | null }>(
      `select m.reference as who, l.original, l.remaining, l.held, (l.expires_at at time zone $2 - interval '1 day')::date::text as last
       from ledger_lot l join ledger_account a on a.tenant_id = $1 and a.id = l.account_id join member m on m.tenant_id = $1 and m.id = a.owner_id
       where l.tenant_id = $1 and l.remaining > 0 order by l.id`,
      [tx.ctx.tenantId, ZONE],
    );
    const lots = rows.map((row) => [row.who, Number(row.original), Number(row.remaining), Number(row.held), row.last].join(' ')).sort();
    const wallets: unknown[] = [];
    for (const who of WHO) {
      const found = await loyalty.room.findMembers.byReference(tx, who).catch(() => undefined);
      if (!found) continue;
      const { posted, available, held, owed } = await loyalty.room.wallets.balance(tx, found.id, undefined, undefined);
      wallets.push([who, posted, available, held, owed]);
    }
    return { lots, wallets };
  });
}

const expected = (model: LifeModel) => ({
  lots: [...model.wallets]
    .flatMap(([who, { lots }]) => lots.map((lot) => ({ who, ...lot })))
    .filter(({ left }) => left > 0)
    .map((lot) => [lot.who, lot.original, lot.left, lot.held, lot.lastDay].join(' '))
    .sort(),
  wallets: WHO.filter((who) => model.wallets.has(who)).map((who) => [
    who,
    model.balance(who),
    model.available(who),
    model.held(who),
    model.wallet(who).owed,
  ]),
});

test.each(seeds)(
  'any sequence of calls, each sent three times at once, comes to what the rules say of it once (C11.1, C11.4), seed %i',
  async (seed) => {
    const roll = dice(seed);
    const terms = { ...TERMS[seed % TERMS.length]!, points_per_unit: '0.333334' };
    const loyalty = await loyaltyFixture(uow, database.ownerUrl, terms);
    const noon = DateTime.now().setZone(ZONE).startOf('day').plus({ days: 1, hours: 12 }).toMillis();
    const start = Date.now();
    let offset = noon - start;
    const model = new LifeModel({ ...TEST_TERMS, ...terms }, ZONE, noon);
    const caller = new Caller(roll, model);
    const days = daysOf(uow);
    const story: string[] = [];
    for (const who of WHO) {
      const now = loyalty.ahead(offset);
      const [first] = await now.posted({
        kind: 'earn',
        source,
        reference: who,
        member: { reference: who },
        earned: { points: 20 },
        mayEnroll: true,
      });
      model.now = start + offset + (Date.now() - start);
      model.earn(who, who, 20);
      caller.ids.set(who, first!.id);
    }
    for (let step = 0; step < Number(process.env.LIFE_STEPS ?? 35); step++) {
      const now = loyalty.ahead(offset);
      if (roll(4) === 0) {
        // Calls of every kind in one list come to what they would one by one.
        const list = [1, 2, 3, 4].map(() => caller.next());
        const outcomes = await now.post(...list.map(({ fact }) => fact));
        model.now = start + offset + (Date.now() - start);
        const answers = list.map((each) => each.model());
        story.push(
          ...list.map(({ key, fact }, place) => `in a list: ${key} ${JSON.stringify({ ...fact, source: undefined })} -> ${answers[place]}`),
        );
        expect({ story, told: outcomes.map(said) }).toEqual({ story, told: answers });
        outcomes.forEach((outcome, place) => 'shown' in outcome && caller.ids.set(list[place]!.key, outcome.shown.id));
      }
      const call = caller.next();
      const outcomes = await Promise.all([1, 2, 3].map(async () => (await now.post(call.fact))[0]!));
      model.now = start + offset + (Date.now() - start);
      const answer = call.model();
      story.push(`${call.key} ${JSON.stringify({ ...call.fact, source: undefined })} -> ${answer}`);
      const told = outcomes.map(said);
      const rest = typeof answer === 'number' && call.again ? call.again : answer;
      expect({ story, told: told.sort() }).toEqual({ story, told: [answer, rest, rest].sort() });
      for (const outcome of outcomes) if ('shown' in outcome) caller.ids.set(call.key, outcome.shown.id);
      if (roll(3) === 0) {
        const passed = 1 + roll(2);
        offset += passed * DAY;
        story.push(`${passed} days pass`);
        if (roll(2)) for (let day = passed - 1; day >= 0; day--) await days.execute(loyalty.ahead(offset - day * DAY).ctx);
        else await Promise.all([1, 2].map(() => days.execute(loyalty.ahead(offset).ctx)));
        model.now = start + offset - passed * DAY + (Date.now() - start);
        model.pass(passed);
      }
      expect({ story, ...(await standing(loyalty.ahead(offset))) }).toEqual({ story, ...expected(model) });
    }
    expect(await brokenInvariants(uow, loyalty.ctx)).toEqual([]);
    expect((await uow.read(loyalty.ctx, (tx) => new Reconcile().execute(tx))).differences).toEqual([]);
  },
  120_000,
);
