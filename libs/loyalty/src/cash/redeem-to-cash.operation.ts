import { Injectable } from '@nestjs/common';
import { DomainError, Points, type Money, type TenantContext } from '@tallystick/kernel';
import { OpenAccounts, currencyAssetId, houseAccountId, ownerAccountId } from '@tallystick/ledger';
import { NotFound, PermissionDenied, type WriteTx } from '@tallystick/platform';
import { readPoints, referenceKey } from '../points/plan.js';
import type { Decimal, MemberRef, RedeemFact, Source } from '../points/points-fact.js';
import type { PointsTransaction } from '../points/points-transaction.js';
import { PostPoints } from '../points/post-points.operation.js';
import { actingMember } from '../members/acting-member.js';
import { FindPrograms } from '../programs/find-programs.query.js';
import type { Program } from '../programs/program.js';
import type { CashConfig, CashUserType } from './cash-config.js';
import { CashConfigs } from './cash-configs.js';
import { CashRedemptions } from './cash-redemptions.query.js';
import type { CashRedemption } from './cash-redemption.js';
import { CashUsers } from './cash-users.js';
import { checkCycle, checkSize, cycleStart, worthOf } from './cash-worth.policy.js';
import { CashRedemptionInactive, CashRedemptionNotConfigured } from './cash.errors.js';

/** A member's wish to have points paid out; a member who acts for themselves has their own alone paid out. */
export interface CashRedemptionInput {
  readonly member: MemberRef;
  /** The default program when left out. */
  readonly programId?: string;
  readonly points: Decimal;
  readonly currency: string;
  /** Which kind of user the caller takes the member for: refused when the tenant says otherwise. */
  readonly userType?: CashUserType;
  /** Whether a code of the member confirms it. */
  readonly confirmed?: boolean;
  /** Set where nobody asks for it but the tenant's own terms. */
  readonly byTerms?: boolean;
  /** The natural key; the same again answers the first result. */
  readonly reference?: string;
  /** What the reference is unique within, where that is less than the tenant. */
  readonly scope?: string;
  readonly narration?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly source: Source;
}

/** What came of it. */
export interface RedeemedToCash {
  readonly transaction: PointsTransaction;
  readonly money: Money;
  /** The member's cash wallet. */
  readonly walletId: string;
  readonly replayed: boolean;
}

type Tx = WriteTx<TenantContext>;

/**
 * Redeems points to money: the points leave and the amount arrives in the member's cash wallet, out of the tenant's funds, in one transaction
 * of two assets. A reversal of the transaction gives both back.
 */
@Injectable()
export class RedeemToCash {
  constructor(
    private readonly programs: FindPrograms,
    private readonly configs: CashConfigs,
    private readonly users: CashUsers,
    private readonly redemptions: CashRedemptions,
    private readonly openAccounts: OpenAccounts,
    private readonly postPoints: PostPoints,
  ) {}

  /**
   * Throws `cash_redemption_not_configured`, `cash_redemption_inactive`, `limit_exceeded` with the limit's name, `insufficient_prefund` when
   * the tenant's funds are short (C7.3), `permission_denied` for another kind of user, `otp_required`, and what a redemption refuses.
   */
  async execute(tx: Tx, input: CashRedemptionInput): Promise<RedeemedToCash> {
    const [redeemed] = await this.executeAll(tx, [input]);
    if (redeemed instanceof DomainError) throw redeemed;
    return redeemed!;
  }

  /** The same for a list, of one redemption for each member at most: each is redeemed or refused for itself, all in one posting. */
  async executeAll(tx: Tx, inputs: readonly CashRedemptionInput[]): Promise<(RedeemedToCash | DomainError)[]> {
    const prepared: (Prepared | DomainError)[] = [];
    for (const input of inputs) prepared.push(await this.prepare(tx, input).catch(refusedOrThrown));
    const ready = prepared.filter((one): one is Prepared => !(one instanceof DomainError));
    const outcomes = await this.postPoints.execute(
      tx,
      ready.map(({ fact }) => fact),
    );
    const redeemed = new Map<Prepared, RedeemedToCash | DomainError>();
    for (const [index, one] of ready.entries()) {
      const outcome = outcomes[index]!;
      if (outcome.status === 'refused') redeemed.set(one, outcome.refusal);
      if (!('shown' in outcome)) continue;
      const { shown, status } = outcome;
      if (status === 'posted') await this.record(tx, shown, one);
      redeemed.set(one, { transaction: shown, money: one.money, walletId: one.walletId, replayed: status === 'replayed' });
    }
    return prepared.map((one) => (one instanceof DomainError ? one : redeemed.get(one)!));
  }

  private async prepare(tx: Tx, input: CashRedemptionInput): Promise<Prepared> {
    const program = await this.programs.named(tx, input.programId);
    const memberId = await this.memberOf(tx, input.member);
    const userType = await this.users.typeOf(tx, memberId);
    if (input.userType !== undefined && input.userType !== userType)
      throw PermissionDenied.with({
        message: `This member is no ${input.userType}`,
        errors: { user_type: [`The member is a ${userType}.`] },
      });
    // Redemptions of one member take turns: what the cycle has left is counted and used under this lock, which comes before the ledger's.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'cash_redemption', $1::text, $2::text), 0))`, [
      tx.ctx.tenantId,
      memberId,
    ]);
    const reference = input.scope === undefined ? input.reference : `${input.scope}:${input.reference}`;
    const known = reference === undefined ? undefined : await this.redemptions.byReference(tx, referenceKey('redeem', reference));
    const measured = known ? again(known, input, program) : await this.measure(tx, program, memberId, userType, input);
    const { units, money, rule } = measured;
    const assetId = currencyAssetId(tx.ctx.tenantId, money.currency);
    const [walletId] = (await this.openAccounts.execute(tx, [{ assetId, ownerId: memberId, ownerType: 'member', lotted: false }])) as [
      string,
    ];
    const fact: RedeemFact = {
      kind: 'redeem',
      source: input.source,
      member: { id: memberId },
      programId: program.id,
      points: Points.of(units, program.scale).toString(),
      reference,
      by: input.byTerms ? 'terms' : actingMember(tx.ctx) === undefined ? undefined : 'member',
      confirmed: input.confirmed,
      narration: input.narration,
      metadata: input.metadata,
      payout: { money, from: houseAccountId(assetId, 'prefund:available'), to: walletId, rule },
    };
    return { ...measured, fact, memberId, programId: program.id, walletId, reference: input.reference };
  }

  private async measure(tx: Tx, program: Program, memberId: string, userType: CashUserType, input: CashRedemptionInput): Promise<Measured> {
    const config = await this.configs.find(tx, program.id, userType, input.currency);
    if (!config) throw CashRedemptionNotConfigured.with();
    if (!config.active) throw CashRedemptionInactive.with();
    const units = readPoints(input.points, program);
    checkSize(units, config);
    const [clock] = await tx.query<{ now: Date; zone: string }>('select tenant_now() as now, timezone as zone from tenant where id = $1', [
      tx.ctx.tenantId,
    ]);
    const from = cycleStart(config.cycle, clock!.now, clock!.zone);
    checkCycle(units, await this.redemptions.usedSince(tx, memberId, config.id, from), config);
    return { units, ...ruleOf(units, config) };
  }

  private async memberOf(tx: Tx, { id, reference }: MemberRef): Promise<string> {
    const [row] = await tx.query<{ id: string }>(
      `select coalesce(merged_into, id) as id from member where tenant_id = $1 and ${id === undefined ? 'reference' : 'id'} = $2`,
      [tx.ctx.tenantId, id ?? reference],
    );
    const own = actingMember(tx.ctx);
    if (!row || (own !== undefined && own !== row.id)) throw NotFound.with({ errors: { member: ['No such member.'] } });
    return row.id;
  }

  private async record(
    tx: Tx,
    { id, number, posted_at }: PointsTransaction,
    { memberId, programId, reference, units, money, rule }: Prepared,
  ): Promise<void> {
    await tx.query(
      `insert into cash_redemption (tenant_id, transaction_id, number, member_id, program_id, config_id, config_version, currency, points, amount, redeemed_at,
         reference) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        tx.ctx.tenantId,
        id,
        number,
        memberId,
        programId,
        rule.id,
        rule.version,
        money.currency,
        units,
        money.minor,
        posted_at,
        reference ?? null,
      ],
    );
  }
}

interface Measured {
  readonly units: bigint;
  readonly money: Money;
  /** For `explain`: which version of what said so. */
  readonly rule: { readonly id: string; readonly version: number; readonly reason: string };
}

/** A redemption that is ready to be posted. */
interface Prepared extends Measured {
  readonly fact: RedeemFact;
  readonly memberId: string;
  readonly programId: string;
  readonly walletId: string;
  readonly reference?: string;
}

const refusedOrThrown = (error: unknown): DomainError => {
  if (error instanceof DomainError) return error;
  throw error;
};

function ruleOf(units: bigint, config: CashConfig): Omit<Measured, 'units'> {
  const { money, numerator, denominator } = worthOf(units, config);
  const reason = `${Points.of(units, config.scale).toString()} points are ${money.toString()} ${money.currency}: ${numerator}/${denominator} of its smallest unit, rounded floor.`;
  return { money, rule: { id: config.id, version: config.version, reason } };
}

/** A redemption under a reference that is known: whatever the terms are by now, the ledger says whether it is the same. */
const again = (known: CashRedemption, input: CashRedemptionInput, program: Program): Measured => ({
  units: readPoints(input.points, program),
  money: known.money,
  rule: { id: known.configId, version: known.configVersion, reason: '' },
});

/** The id of a member's cash wallet of a currency. */
export const cashWalletId = (tenantId: string, memberId: string, currency: string): string =>
  ownerAccountId(currencyAssetId(tenantId, currency), memberId);
