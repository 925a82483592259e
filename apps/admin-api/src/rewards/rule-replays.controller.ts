import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindReplays, StartReplay, TOP, type ReplayReport, type RuleReplay } from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  Integer,
  ListOf,
  Moment,
  Nested,
  NotFound,
  PointsValue,
  Text,
  UnitOfWork,
  Uuid,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';

class StartReplayDto {
  @Moment({ description: 'Purchases posted from then on.', example: '2026-01-01T00:00:00Z' })
  from: string;

  @Moment({ optional: true, description: 'Up to then; up to now when left out.', example: '2026-03-31T23:59:59Z' })
  to?: string;
}

class ReplayedMemberDto {
  @Uuid()
  member_id: string;

  @PointsValue({ example: 120 })
  points_now: number;

  @PointsValue({ example: 240 })
  points_with_draft: number;

  @PointsValue({ example: 120 })
  difference: number;
}

const MANY = 9_007_199_254_740_991;

class ReplayReportDto {
  @Integer({ min: 0, max: MANY, description: 'Purchases of the program in that time; those refunded whole are left out.', example: 5000 })
  purchases: number;

  @Integer({ min: 0, max: MANY, example: 700 })
  members: number;

  @PointsValue({ description: 'What was issued for them, by the rules of their time, less what refunds took back.', example: 593500 })
  points_issued: number;

  @PointsValue({ description: 'What the rules in force give, from the beginning of that time.', example: 593500 })
  points_now: number;

  @PointsValue({ description: 'The same with the version that is tried.', example: 611900 })
  points_with_draft: number;

  @PointsValue({ example: 18400 })
  difference: number;

  @Text({ nullable: true, description: 'The difference in percent of `points_now`; null where that is 0.', example: '3.10' })
  percent: string | null;

  @Integer({ min: 0, max: MANY, example: 430 })
  members_gaining: number;

  @Integer({ min: 0, max: MANY, example: 212 })
  members_losing: number;

  @ListOf(() => ReplayedMemberDto, { max: TOP, description: 'Members for whom it makes the largest difference, either way.' })
  top: ReplayedMemberDto[];
}

class RuleReplayDto {
  @Uuid()
  id: string;

  @Uuid()
  rule_id: string;

  @Integer({ min: 1, max: 1_000_000, example: 2 })
  rule_version: number;

  @Choice(['queued', 'running', 'completed'], { example: 'completed' })
  status: string;

  @Moment()
  from: string;

  @Moment()
  to: string;

  @Integer({ min: 0, max: 100, description: 'In percent.', example: 100 })
  progress: number;

  @Integer({ min: 0, max: MANY, description: 'Purchases looked at so far.', example: 5000 })
  purchases: number;

  @Nested(() => ReplayReportDto, { nullable: true, description: 'Null until it is completed.' })
  report: ReplayReport | null;

  @Moment()
  created_at: string;

  @Moment({ nullable: true })
  completed_at: string | null;

  static from(replay: RuleReplay): RuleReplayDto {
    return {
      id: replay.id,
      rule_id: replay.ruleId,
      rule_version: replay.ruleVersion,
      status: replay.status,
      from: replay.startsAt.toISOString(),
      to: replay.endsAt.toISOString(),
      progress: replay.progress,
      purchases: replay.purchases,
      report: replay.report,
      created_at: replay.createdAt.toISOString(),
      completed_at: replay.completedAt?.toISOString() ?? null,
    };
  }
}

const uuid = { type: 'string', format: 'uuid' } as const;

@Controller('api/v1/rewards/programs/:id/rules/:rule_id/replays')
export class RuleReplaysController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly startReplay: StartReplay,
    private readonly replays: FindReplays,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'rewards_programs_rules_replays_create',
    summary: "Replay a rule's latest version over past purchases",
    description:
      'Compares what the rules in force give with what they would give with this version, draft or not, over purchases that were posted. ' +
      'Nothing is posted. Caps and budgets begin unused with the time; members count with the tier, segments and attributes that they have now.',
    permission: 'rules:write',
    status: 202,
    data: RuleReplayDto,
    params: { rule_id: uuid },
    errors: [NotFound],
    bodyExample: { from: '2026-01-01T00:00:00Z' },
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
    @Body() { from, to }: StartReplayDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 202,
      data: RuleReplayDto.from(await this.startReplay.execute(tx, id, ruleId, new Date(from), to === undefined ? null : new Date(to))),
    }));
  }

  @Get(':replay_id')
  @Endpoint({
    operationId: 'rewards_programs_rules_replays_retrieve',
    summary: 'How far a replay is, and what it found',
    permission: 'rules:read',
    data: RuleReplayDto,
    params: { rule_id: uuid, replay_id: uuid },
    errors: [NotFound],
  })
  async get(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
    @Param('replay_id', IdPipe) replayId: string,
  ): Promise<RuleReplayDto> {
    return RuleReplayDto.from(await this.unitOfWork.read(ctx, (tx) => this.replays.byId(tx, id, ruleId, replayId)));
  }
}
