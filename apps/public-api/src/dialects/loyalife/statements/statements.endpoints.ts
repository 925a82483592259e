import { Body, Inject, Post } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { FindWallets, LotsByQuarter, MemberActivity, PointsByCategory, type Member, type Program } from '@tallystick/loyalty';
import { Ctx, Endpoint, UnitOfWork, WithMeta, type ReadTx } from '@tallystick/platform';
import { BoundTo } from '../loyalife.caller.js';
import type { BesideData } from '../loyalife.envelope.js';
import { refusals, refuse } from '../loyalife.errors.js';
import { FindRelation } from '../members/find-relation.query.js';
import { LoyalifeMemberKeysDto } from '../members/member-keys.dto.js';
import { showActivity, showQuarter, showSummary } from './show-statement.js';
import {
  LoyalifeExpiryPeriodDto,
  LoyalifeExpiryScheduleDto,
  LoyalifeStatementSummaryDto,
  LoyalifeSummaryByDateDto,
  LoyalifeTransactionSummaryDto,
} from './statements.dto.js';

const DEFAULT_COUNT = 100;

/** Whose statement is asked for. */
export interface Whose {
  readonly member: Member;
  readonly program: Program;
}

/** The calls that read statements, the same below both prefixes. */
export abstract class StatementsEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(FindRelation) private readonly relations: FindRelation;
  @Inject(FindWallets) private readonly wallets: FindWallets;
  @Inject(MemberActivity) private readonly activity: MemberActivity;
  @Inject(PointsByCategory) protected readonly categories: PointsByCategory;
  @Inject(LotsByQuarter) private readonly quarters: LotsByQuarter;

  @Post('GetMemberTransactionSummaryByDate')
  @Endpoint({
    operationId: 'loyalife_get_member_transaction_summary_by_date_create',
    summary: "A member's transactions of a period, newest first",
    description: '`MinimumRange` are passed over and at most `MaximumRange` answered; `Count` says how many there are in all.',
    permission: 'points:read',
    data: [LoyalifeTransactionSummaryDto],
    errors: refusals('103'),
  })
  getMemberTransactionSummaryByDate(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Body() body: LoyalifeSummaryByDateDto,
  ): Promise<WithMeta<LoyalifeTransactionSummaryDto[]>> {
    const { DateFrom: from, DateTo: to, MinimumRange: offset = 0, MaximumRange: limit = DEFAULT_COUNT } = body;
    if (to < from) throw refuse('999', { message: 'DateTo: Must not be before DateFrom' });
    return this.read(ctx, body, boundTo, async (tx, { member, program }) => {
      const range = { memberId: member.id, programId: program.id, from, to };
      const { activities, total } = await this.activity.list(tx, range, { offset, limit });
      const shown = activities.map((one) => showActivity(one, member.reference));
      return new WithMeta(shown, { count: total } satisfies BesideData);
    });
  }

  @Post('GetMemberStatementSummary')
  @Endpoint({
    operationId: 'loyalife_get_member_statement_summary_create',
    summary: "A member's points by where they came from and went",
    permission: 'points:read',
    data: LoyalifeStatementSummaryDto,
    errors: refusals('103'),
    bodyExample: { RelationReference: 'C08409803', TransactionCurrency: 'DEFAULT', RelationType: 4, ProgramId: 1 },
  })
  getMemberStatementSummary(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Body() body: LoyalifeMemberKeysDto,
  ): Promise<LoyalifeStatementSummaryDto> {
    return this.read(ctx, body, boundTo, async (tx, { member, program }) => {
      const sums = await this.categories.sums(tx, { memberId: member.id, programId: program.id });
      return showSummary(sums, (await this.wallets.balance(tx, member.id, program.id, undefined)).available);
    });
  }

  @Post('GetExpirySchedule')
  @ApiExtraModels(LoyalifeExpiryPeriodDto)
  @Endpoint({
    operationId: 'loyalife_get_expiry_schedule_create',
    summary: "When a member's points end, by quarters of a year",
    permission: 'points:read',
    answer: {
      schema: {
        type: 'object',
        properties: {
          Period: { type: 'string', const: 'Quarterly' },
          ExpiryPeriod: { type: 'array', minItems: 4, maxItems: 4, items: { $ref: '#/components/schemas/LoyalifeExpiryPeriodDto' } },
        },
        required: ['Period', 'ExpiryPeriod'],
        additionalProperties: false,
      },
    },
    errors: refusals('103'),
    bodyExample: { RelationReference: 'C08409803', TransactionCurrency: 'DEFAULT', RelationType: 4, ProgramId: 1, Year: 2026 },
  })
  getExpirySchedule(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Body() body: LoyalifeExpiryScheduleDto,
  ): Promise<object> {
    return this.read(ctx, body, boundTo, async (tx, { member, program }) => {
      const year = body.Year === undefined ? undefined : Number(body.Year);
      return { Period: 'Quarterly', ExpiryPeriod: (await this.quarters.year(tx, member.id, program.id, year)).map(showQuarter) };
    });
  }

  protected read<T>(
    ctx: TenantContext,
    keys: LoyalifeMemberKeysDto,
    boundTo: string | undefined,
    work: (tx: ReadTx<TenantContext>, whose: Whose) => Promise<T>,
  ): Promise<T> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const program = await this.relations.program(tx, keys.ProgramId);
      return work(tx, { program, member: await this.relations.member(tx, keys, boundTo) });
    });
  }
}
