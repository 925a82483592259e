import { requestContext, type TenantContext } from '@tallystick/kernel';
import { AccountBalances, DefineAsset, OpenAccounts, PostTransactions } from '@tallystick/ledger';
import {
  ActivatePoints,
  CreateMember,
  DecideRule,
  DEFAULT_TERMS,
  EndHolds,
  EnrollMembers,
  EvaluateTiers,
  ExpireLots,
  ExpirePoints,
  FindLots,
  FindMembers,
  FindPointsBatch,
  FindPrograms,
  FindRules,
  FindTransactions,
  FindWallets,
  ErasedMembers,
  MemberAttributes,
  MemberKeys,
  MemberStatement,
  ParkedRefunds,
  PostPoints,
  PostPointsBatch,
  ProfileSealer,
  RetryParkedRefunds,
  RunDays,
  SaveProgram,
  SaveRule,
  UpdateMember,
  type BatchItem,
  type PointsBatch,
  type PointsFact,
  type PointsOutcome,
  type PointsTransaction,
  type Program,
  type ProgramTerms,
} from '@tallystick/loyalty';
import { Keyring, type UnitOfWork } from '@tallystick/platform';
import { insertTenant } from './ledger.js';

export const TEST_TERMS: ProgramTerms = { ...DEFAULT_TERMS, currency: 'USD', point_value: '0.01', enroll_on_first_sight: true };

/** The room of loyalty, wired by hand, and a tenant with one active default program. */
export interface LoyaltyFixture {
  readonly ctx: TenantContext;
  readonly program: Program;
  readonly room: ReturnType<typeof loyaltyRoom>;
  readonly uow: UnitOfWork;
  post(...facts: PointsFact[]): Promise<PointsOutcome[]>;
  /** Posts facts that must succeed. */
  posted(...facts: PointsFact[]): Promise<PointsTransaction[]>;
  batch(requestId: string, items: BatchItem[]): Promise<PointsBatch>;
  /** The same tenant as a member of that id sees it. */
  memberContext(id: string): TenantContext;
  /** The same tenant, its clock ahead. */
  ahead(ms: number): LoyaltyFixture;
}

/** Operations and queries of loyalty with their real parts. */
export function loyaltyRoom() {
  const [ledger, accounts, balances] = [new PostTransactions(), new OpenAccounts(), new AccountBalances()];
  const keyring = new Keyring([Buffer.alloc(32, 7)]);
  const keys = new MemberKeys(keyring);
  const sealer = new ProfileSealer(keyring, keys);
  const attributes = new MemberAttributes(keys);
  const enroll = new EnrollMembers(accounts, new ErasedMembers(keys));
  const parked = new ParkedRefunds();
  const evaluateTiers = new EvaluateTiers();
  const postPoints = new PostPoints(ledger, accounts, enroll, parked, evaluateTiers);
  const [findMembers, findBatch, findPrograms] = [
    new FindMembers(sealer, keys, attributes, balances),
    new FindPointsBatch(),
    new FindPrograms(),
  ];
  const wallets = new FindWallets(balances, findPrograms);
  const findRules = new FindRules();
  return {
    postPoints,
    findRules,
    saveRules: new SaveRule(findPrograms, findRules),
    decideRules: new DecideRule(findPrograms, findRules),
    findMembers,
    findBatch,
    findPrograms,
    evaluateTiers,
    wallets,
    createMember: new CreateMember(enroll, sealer, attributes, findMembers),
    updateMember: new UpdateMember(sealer, attributes, findMembers),
    batch: new PostPointsBatch(postPoints, parked, findBatch),
    retryParked: new RetryParkedRefunds(parked, postPoints),
    savePrograms: new SaveProgram(new DefineAsset()),
    lots: new FindLots(wallets),
    statement: new MemberStatement(wallets),
    transactions: new FindTransactions(),
  };
}

/** The work of tenants' days with its real steps. */
export function daysOf(uow: UnitOfWork): RunDays {
  const expire = new ExpirePoints(new PostTransactions());
  return new RunDays(uow, [new EndHolds(expire), new ActivatePoints(expire), new ExpireLots(expire)]);
}

/** Opens an active default program in a tenant. */
export const openProgram = (uow: UnitOfWork, ctx: TenantContext, terms: Partial<ProgramTerms> = {}, scale = 0): Promise<Program> =>
  uow.run(ctx, (tx) =>
    new SaveProgram(new DefineAsset()).create(tx, {
      code: 'test',
      name: 'Test points',
      description: null,
      termsUrl: null,
      status: 'active',
      isDefault: true,
      scale,
      startsAt: null,
      endsAt: null,
      terms: { ...TEST_TERMS, ...terms },
    }),
  );

export async function loyaltyFixture(
  uow: UnitOfWork,
  ownerUrl: string,
  terms: Partial<ProgramTerms> = {},
  scale = 0,
): Promise<LoyaltyFixture> {
  const tenantId = await insertTenant(ownerUrl);
  const room = loyaltyRoom();
  const ctx = requestContext({ tenantId, actor: { type: 'client' as const, id: 'test-client' }, requestId: 'test-request' });
  const program = await openProgram(uow, ctx, terms, scale);
  const handles = (context: TenantContext): LoyaltyFixture => ({
    ctx: context,
    program,
    room,
    uow,
    post: (...facts) => uow.run(context, (tx) => room.postPoints.execute(tx, facts)),
    async posted(...facts) {
      const outcomes = await this.post(...facts);
      return outcomes.map((outcome) => {
        if (!('shown' in outcome)) throw outcome.status === 'refused' ? outcome.refusal : new Error('the refund was parked');
        return outcome.shown;
      });
    },
    batch: (requestId, items) =>
      uow.run(
        context,
        async (tx) => (await room.batch.execute(tx, { requestId, lines: items.map((item) => ({ item })), raw: items })).batch,
      ),
    memberContext: (id) => requestContext({ ...context, actor: { type: 'member', id } }),
    ahead: (ms) => handles(requestContext({ ...context, clockOffsetMs: context.clockOffsetMs + ms })),
  });
  return handles(ctx);
}

const source = { channel: 'test', requestId: 'test-request' };

/** An earning of stated points by a member's reference; enrolls on first sight. */
export const earnFact = (member: string, points: number | string, rest: object = {}): PointsFact => ({
  kind: 'earn',
  source,
  member: { reference: member },
  reference: `${member}-${Math.random()}`,
  earned: { points },
  mayEnroll: true,
  ...rest,
});
export const redeemFact = (member: string, points: number | string, rest: object = {}): PointsFact => ({
  kind: 'redeem',
  source,
  member: { reference: member },
  points,
  ...rest,
});
export const purchaseItem = (id: string, member: string, amount: string, rest: object = {}): BatchItem => ({
  id,
  type: 'purchase',
  member_reference: member,
  amount,
  currency: 'USD',
  ...rest,
});
export const refundItem = (id: string, member: string, amount: string, original: string): BatchItem => ({
  id,
  type: 'refund',
  member_reference: member,
  amount,
  currency: 'USD',
  original_id: original,
});
