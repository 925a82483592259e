import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { DomainError, formatDecimal, Points, type TenantContext } from '@tallystick/kernel';
import { ownerAccountId } from '@tallystick/ledger';
import {
  CASH_VALUE_SCALE,
  CashConfigs,
  CashUsers,
  FindWallets,
  LimitExceeded,
  RedeemToCash,
  type CashConfig,
  type CashCycle,
  type CashLimit,
} from '@tallystick/loyalty';
import { Endpoint, PermissionDenied, UnitOfWork, Writes, type SealedAnswer } from '@tallystick/platform';
import { COMPANY_HEADER, CompanyCtx, REQUEST_HEADER, RequestId, type GafapayRequest } from './gafapay.caller.js';
import { refusal, refuse, type GafapayCode } from './gafapay.codes.js';
import { fromHex, toHex } from './gafapay.ids.js';
import { GafapayUsers, type GafapayCurrency } from './gafapay-users.query.js';
import {
  GafapayConfigQuery,
  GafapayPageQuery,
  GafapayRedeemDto,
  GafapayUserQuery,
  USER_TYPES,
  userTypeNumber,
  type GafapayAdminUserInfoDto,
} from './points.dto.js';
import { limitPassed, limitsOf } from './redeem-limits.policy.js';
import { CONFIGS, DETAILS, REDEEMED, REDEMPTION, USER_POINTS } from './points.schemas.js';
import { CASHBACK, UserPoints, type HistoryWindow } from './user-points.query.js';

const ABOUT_USERS = [refusal('REWARD_PROMOTION_USER_NOT_FOUND'), refusal('REWARD_PROMOTION_CURRENCY_MISMATCH')];

/** The five calls of `reward_promotion`. */
@ApiTags('Reward promotion')
@ApiHeader(COMPANY_HEADER)
@Controller('gafapay/v3/reward_promotion')
export class GafapayPointsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly users: GafapayUsers,
    private readonly history: UserPoints,
    private readonly wallets: FindWallets,
    private readonly configs: CashConfigs,
    private readonly cashUsers: CashUsers,
    private readonly redeemToCash: RedeemToCash,
  ) {}

  @Get('points_redeem_config')
  @Endpoint({
    operationId: 'gafapay_points_redeem_config_list',
    summary: 'On what terms points are redeemed',
    permission: 'wallets:read',
    forMembers: true,
    answer: CONFIGS,
    errors: [refusal('REWARD_PROMOTION_CURRENCY_MISMATCH')],
  })
  config(@CompanyCtx() ctx: TenantContext, @Query() query: GafapayConfigQuery): Promise<object> {
    const userType = USER_TYPES[query.user_type];
    if (!userType) throw refuse('REWARD_PROMOTION_INVALID_REQUEST', { errors: { user_type: ['Must be 2, 3 or 5.'] } });
    return this.unitOfWork.read(ctx, async (tx) => {
      const currency = await this.users.currency(tx, query.currency_id);
      const found = await this.configs.find(tx, currency.program.id, userType, currency.code);
      return { points_redeem_configs: found ? [showConfig(found, currency)] : [] };
    });
  }

  @Get('user_points')
  @Endpoint({
    operationId: 'gafapay_user_points_retrieve',
    summary: 'How many points a user has',
    permission: 'wallets:read',
    forMembers: true,
    answer: USER_POINTS,
    errors: ABOUT_USERS,
  })
  points(@CompanyCtx() ctx: TenantContext, @Query() query: GafapayUserQuery): Promise<object> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const user = await this.users.user(tx, query.user_id);
      const { id, program } = await this.users.currency(tx, query.currency_id);
      const { available } = await this.wallets.balance(tx, user.id, program.id, undefined);
      const userType = userTypeNumber(await this.cashUsers.typeOf(tx, user.id));
      const wallet = ownerAccountId(program.assetId, user.id);
      return {
        user_points: { id: toHex(wallet), user_id: toHex(user.id), user_type: userType, points: available, currency_id: toHex(id) },
      };
    });
  }

  @Get('user_points_detail')
  @Endpoint({
    operationId: 'gafapay_user_points_detail_list',
    summary: "The history of a user's points",
    permission: 'wallets:read',
    forMembers: true,
    answer: DETAILS,
    errors: ABOUT_USERS,
  })
  details(@CompanyCtx() ctx: TenantContext, @Query() query: GafapayPageQuery): Promise<object> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const user = await this.users.user(tx, query.user_id);
      const currency = await this.users.currency(tx, query.currency_id);
      return { user_points_details: await this.history.details(tx, user, currency, windowOf(query)) };
    });
  }

  @Get('user_points_redeem')
  @Endpoint({
    operationId: 'gafapay_user_points_redeem_list',
    summary: 'What points a user has redeemed',
    permission: 'wallets:read',
    forMembers: true,
    answer: REDEEMED,
    errors: ABOUT_USERS,
  })
  redeemed(@CompanyCtx() ctx: TenantContext, @Query() query: GafapayPageQuery): Promise<object> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const user = await this.users.user(tx, query.user_id);
      const currency = await this.users.currency(tx, query.currency_id);
      return { user_points_redeem: await this.history.redeemed(tx, user, currency, windowOf(query)) };
    });
  }

  @Post('redeem_user_reward_points')
  @ApiHeader(REQUEST_HEADER)
  @Endpoint({
    operationId: 'gafapay_redeem_user_reward_points_create',
    summary: 'Redeem points for cashback',
    permission: 'wallets:redeem',
    forMembers: true,
    answer: REDEMPTION,
    errors: (
      [
        'REWARD_PROMOTION_INSUFFICIENT_REWARD_POINTS',
        'REWARD_PROMOTION_REDEEM_CONFIG_NOT_FOUND',
        'REWARD_PROMOTION_REDEEM_CONFIG_INACTIVE',
        'REWARD_PROMOTION_BELOW_MIN_POINTS',
        'REWARD_PROMOTION_ABOVE_MAX_POINTS',
        'REWARD_PROMOTION_REDEEM_CYCLE_LIMIT',
        'REWARD_PROMOTION_WALLET_NOT_FOUND',
        'REWARD_PROMOTION_CURRENCY_MISMATCH',
        'REWARD_PROMOTION_USER_NOT_FOUND',
        'REWARD_PROMOTION_USER_TYPE_MISMATCH',
        'REWARD_PROMOTION_USER_INACTIVE',
        'REWARD_PROMOTION_TEMPORARILY_UNAVAILABLE',
        'REWARD_PROMOTION_REQUEST_ID_REUSED',
        'REWARD_PROMOTION_REQUEST_IN_PROGRESS',
      ] as const
    ).map(refusal),
    bodyExample: {
      redeem_points: 10,
      user_type: 2,
      user_id: 'fb8f09210e0f46b7b4262d77f5b6c273',
      wallet_id: '4010122e9d604e798b9a6e961df3e5b4',
      currency_id: '1f1519903ed240578f071aa45cb479f2',
      company_admin_user_info: {
        currency_id: '1f1519903ed240578f071aa45cb479f2',
        debit_type: 1,
        debit_type_id: '4010122e9d604e798b9a6e961df3e5b4',
        debit_account_type: 1,
        debit_account_type_id: '640b793d04e2428dbf19ab10399f4edb',
        username: 'Mouhamad Amine',
      },
    },
  })
  redeem(@CompanyCtx() ctx: TenantContext, @RequestId() request: GafapayRequest, @Body() body: GafapayRedeemDto): Promise<SealedAnswer> {
    const { company_admin_user_info: admin } = body;
    return this.writes.run(ctx, request, async (tx) => {
      const user = await this.users.user(tx, body.user_id);
      const currency = await this.users.currency(tx, body.currency_id);
      if (fromHex(admin.currency_id) !== currency.id) throw refuse('REWARD_PROMOTION_CURRENCY_MISMATCH');
      await this.users.checkWallet(tx, user, currency, body.wallet_id);
      const { transaction, money, replayed } = await inOurWords(
        this.redeemToCash.execute(tx, {
          member: { id: user.id },
          programId: currency.program.id,
          points: body.redeem_points,
          currency: currency.code,
          userType: USER_TYPES[body.user_type],
          scope: `gafapay:${toHex(user.id)}`,
          reference: request.requestid,
          narration: CASHBACK,
          metadata: { company_admin_user_info: kept(admin) },
          source: { channel: 'gafapay', requestId: request.requestId },
        }),
        () => limitPassed(body.redeem_points, currency.program),
      );
      const detail = {
        points: transaction.points,
        amount: Number(money.toString()),
        txn_id: toHex(transaction.id),
        txn_number: String(transaction.number),
      };
      const data = { message: 'REWARD_PROMOTION_REWARD_POINTS_REDEEM_SUCCESS', redeem_points_detail: detail };
      return { status: 200, data, replayed };
    });
  }
}

const windowOf = ({ skip = 0, limit = 10, sorting }: GafapayPageQuery): HistoryWindow => ({ skip, limit, oldestFirst: sorting === 'asc' });

const CYCLES: Readonly<Record<CashCycle, number>> = { day: 1, week: 2, month: 3, year: 4 };

function showConfig(config: CashConfig, currency: GafapayCurrency): object {
  const { min, max } = limitsOf(config, currency.program);
  const points = (units: bigint | null): number | null => (units === null ? null : Points.of(units, config.scale).toNumber());
  return {
    id: toHex(config.id),
    user_type: userTypeNumber(config.userType),
    no_of_points: points(config.points),
    redeem_type: 1,
    points_value: Number(formatDecimal(config.value, CASH_VALUE_SCALE)),
    voucher_details: null,
    min_points_to_redeem: points(min),
    max_points_to_redeem: points(max),
    redeem_cycle: CYCLES[config.cycle],
    currency_id: toHex(currency.id),
    is_active: config.active,
  };
}

/** What is kept of who had it done: ids, and of the name no more than tells one from another, for it is kept for ever. */
const kept = ({ username, ...ids }: GafapayAdminUserInfoDto): object => ({ ...ids, username: `${[...username].slice(0, 2).join('')}***` });

const BY_LIMIT: Readonly<Record<CashLimit, GafapayCode>> = {
  min_points: 'REWARD_PROMOTION_BELOW_MIN_POINTS',
  max_points: 'REWARD_PROMOTION_ABOVE_MAX_POINTS',
  cycle: 'REWARD_PROMOTION_REDEEM_CYCLE_LIMIT',
};

/** Refuses in the dialect's own words where the code of an error of ours says less; `passed` is the limit where the error names none. */
async function inOurWords<T>(work: Promise<T>, passed: () => CashLimit): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { definition, details } = error;
    if (definition.code === PermissionDenied.code) throw refuse('REWARD_PROMOTION_USER_TYPE_MISMATCH');
    if (definition.code === LimitExceeded.code)
      throw refuse(BY_LIMIT[(details.errors?.limit as CashLimit | undefined) ?? passed()], limitTold(details));
    throw error;
  }
}

const limitTold = ({ errors }: DomainError['details']): { errors?: Readonly<Record<string, unknown>> } =>
  errors?.points === undefined ? {} : { errors: { redeem_points: errors.points } };
