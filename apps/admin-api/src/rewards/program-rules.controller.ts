import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  DecideRule,
  FindPrograms,
  FindRules,
  RULE_STATUSES,
  SaveRule,
  SecondPersonRequired,
  type EarningRule,
  type RuleStatus,
} from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  PageQuery,
  Search,
  UnitOfWork,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
  type WriteTx,
} from '@tallystick/platform';
import { CreateRuleDto, RuleDto, RuleVersionDto, UpdateRuleDto } from './rule.dto.js';

class RulesQuery extends PageQuery {
  @Choice(RULE_STATUSES, { optional: true, example: 'published' })
  status?: RuleStatus;

  @Search({ description: 'A part of the name or code.' })
  search?: string;
}

const params = { rule_id: { type: 'string', format: 'uuid' } } as const;
const RULE = { data: RuleDto, params, errors: [NotFound, InvalidState] };

@Controller('api/v1/rewards/programs/:id/rules')
export class ProgramRulesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly programs: FindPrograms,
    private readonly rules: FindRules,
    private readonly saveRule: SaveRule,
    private readonly decideRule: DecideRule,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'rewards_programs_rules_list',
    summary: 'List earning rules, the highest priority first',
    permission: 'rules:read',
    data: [RuleDto],
    paging: 'page',
    errors: [NotFound],
  })
  async list(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: RulesQuery): Promise<WithMeta<RuleDto[]>> {
    const { rules, total } = await this.unitOfWork.read(ctx, async (tx) => {
      await this.programs.byId(tx, id);
      return this.rules.list(tx, id, { status: query.status, search: query.search, ...pageWindow(query) });
    });
    return pageOf(
      rules.map((rule) => RuleDto.from(rule)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'rewards_programs_rules_create',
    summary: 'Draft an earning rule',
    description: 'A draft gives no points: submit it, have another person approve it, then publish it.',
    permission: 'rules:write',
    status: 201,
    data: RuleDto,
    errors: [NotFound, Duplicate],
    bodyExample: {
      code: 'weekend-double',
      name: 'Double points on weekends',
      conditions: { time_windows: [{ days: ['saturday', 'sunday'], from: '00:00', to: '24:00' }] },
      effect: { type: 'multiplier', factor: '2' },
      caps: { per_member_day: '1000' },
    },
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: CreateRuleDto,
  ): Promise<SealedAnswer> {
    return this.write(ctx, request, (tx) => this.saveRule.create(tx, id, body.code, CreateRuleDto.toDefinition(body)), 201);
  }

  @Get(':rule_id')
  @Endpoint({
    operationId: 'rewards_programs_rules_retrieve',
    summary: 'Get an earning rule with its latest version',
    permission: 'rules:read',
    data: RuleDto,
    params,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Param('rule_id', IdPipe) ruleId: string): Promise<RuleDto> {
    return RuleDto.from(await this.unitOfWork.read(ctx, (tx) => this.rules.byId(tx, id, ruleId)));
  }

  @Get(':rule_id/versions')
  @Endpoint({
    operationId: 'rewards_programs_rules_versions_list',
    summary: 'All versions of an earning rule, the latest first',
    permission: 'rules:read',
    data: [RuleVersionDto],
    params,
    errors: [NotFound],
  })
  async versions(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
  ): Promise<RuleVersionDto[]> {
    const versions = await this.unitOfWork.read(ctx, (tx) => this.rules.versions(tx, id, ruleId));
    return versions.map((version) => RuleVersionDto.of(version));
  }

  @Patch(':rule_id')
  @Endpoint({
    operationId: 'rewards_programs_rules_partial_update',
    summary: 'Edit an earning rule',
    description: 'What was submitted or approved is a draft again. A published version stays in force; the edit makes the next one.',
    permission: 'rules:write',
    ...RULE,
    bodyExample: { effect: { type: 'multiplier', factor: '3' } },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
    @Body() body: UpdateRuleDto,
  ): Promise<SealedAnswer> {
    return this.write(ctx, request, (tx) => this.saveRule.edit(tx, id, ruleId, (known) => UpdateRuleDto.over(known, body)));
  }

  @Post(':rule_id/submit')
  @Endpoint({
    operationId: 'rewards_programs_rules_submit_create',
    summary: 'Submit the draft for approval',
    permission: 'rules:write',
    ...RULE,
  })
  submit(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
  ): Promise<SealedAnswer> {
    return this.write(ctx, request, (tx) => this.decideRule.submit(tx, id, ruleId));
  }

  @Post(':rule_id/approve')
  @Endpoint({
    operationId: 'rewards_programs_rules_approve_create',
    summary: 'Approve what was submitted, as another person than who edited it last',
    permission: 'rules:approve',
    ...RULE,
    errors: [...RULE.errors, SecondPersonRequired],
  })
  approve(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
  ): Promise<SealedAnswer> {
    return this.write(ctx, request, (tx) => this.decideRule.approve(tx, id, ruleId));
  }

  @Post(':rule_id/publish')
  @Endpoint({
    operationId: 'rewards_programs_rules_publish_create',
    summary: 'Put the approved version in force',
    permission: 'rules:write',
    ...RULE,
  })
  publish(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
  ): Promise<SealedAnswer> {
    return this.write(ctx, request, (tx) => this.decideRule.publish(tx, id, ruleId));
  }

  @Post(':rule_id/pause')
  @Endpoint({
    operationId: 'rewards_programs_rules_pause_create',
    summary: 'Take a rule out of force for a while',
    permission: 'rules:write',
    ...RULE,
  })
  pause(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
  ): Promise<SealedAnswer> {
    return this.write(ctx, request, (tx) => this.decideRule.pause(tx, id, ruleId));
  }

  @Post(':rule_id/resume')
  @Endpoint({
    operationId: 'rewards_programs_rules_resume_create',
    summary: 'Put a paused rule in force again',
    permission: 'rules:write',
    ...RULE,
  })
  resume(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
  ): Promise<SealedAnswer> {
    return this.write(ctx, request, (tx) => this.decideRule.resume(tx, id, ruleId));
  }

  @Post(':rule_id/archive')
  @Endpoint({ operationId: 'rewards_programs_rules_archive_create', summary: 'End a rule for good', permission: 'rules:write', ...RULE })
  archive(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Param('rule_id', IdPipe) ruleId: string,
  ): Promise<SealedAnswer> {
    return this.write(ctx, request, (tx) => this.decideRule.archive(tx, id, ruleId));
  }

  private write(
    ctx: TenantContext,
    request: WriteRequest,
    work: (tx: WriteTx<TenantContext>) => Promise<EarningRule>,
    status = 200,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({ status, data: RuleDto.from(await work(tx)) }));
  }
}
