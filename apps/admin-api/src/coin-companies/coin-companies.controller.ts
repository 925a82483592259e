import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CoinCompanies, CoinUsers } from '@tallystick/loyalty';
import {
  Ctx,
  Duplicate,
  Endpoint,
  Idempotency,
  NotFound,
  PageQuery,
  UnitOfWork,
  Writes,
  pageOf,
  pageWindow,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { CoinCompanyDto, CoinUserDto, CreateCoinCompanyDto, EnrollCoinUserDto, RenameCoinCompanyDto } from './coin-company.dto.js';

const ID = { params: { id: { type: 'string', minLength: 1, maxLength: 23, example: 'CEK0TCW2W8' } } } as const;

@Controller('api/v1/coin-companies')
export class CoinCompaniesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly companies: CoinCompanies,
    private readonly users: CoinUsers,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'coin_companies_list',
    summary: 'List companies whose users are given coins',
    permission: 'coins:read',
    data: [CoinCompanyDto],
    paging: 'page',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: PageQuery): Promise<WithMeta<CoinCompanyDto[]>> {
    const { companies, total } = await this.unitOfWork.read(ctx, (tx) => this.companies.list(tx, pageWindow(query)));
    return pageOf(
      companies.map((company) => CoinCompanyDto.from(company)),
      query,
      total,
    );
  }

  @Post()
  @Endpoint({
    operationId: 'coin_companies_create',
    summary: 'Open a company',
    permission: 'coins:write',
    status: 201,
    data: CoinCompanyDto,
    errors: [NotFound, Duplicate],
    bodyExample: { company_id: 'CEK0TCW2W8', name: 'Example Traders' },
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: CreateCoinCompanyDto): Promise<SealedAnswer> {
    const { company_id: id, name, card_account_id: cardAccountId, program_id: programId } = body;
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: CoinCompanyDto.from(await this.companies.open(tx, { id, name, cardAccountId, programId })),
    }));
  }

  @Get(':id')
  @Endpoint({
    ...ID,
    operationId: 'coin_companies_retrieve',
    summary: 'Get a company',
    permission: 'coins:read',
    data: CoinCompanyDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id') id: string): Promise<CoinCompanyDto> {
    return CoinCompanyDto.from(await this.unitOfWork.read(ctx, (tx) => this.companies.byId(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    ...ID,
    operationId: 'coin_companies_partial_update',
    summary: 'Rename a company',
    permission: 'coins:write',
    data: CoinCompanyDto,
    errors: [NotFound],
    bodyExample: { name: 'Example Traders' },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id') id: string,
    @Body() body: RenameCoinCompanyDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: CoinCompanyDto.from(await this.companies.rename(tx, id, body.name)),
    }));
  }

  @Get(':id/users')
  @Endpoint({
    ...ID,
    operationId: 'coin_companies_users_list',
    summary: 'List the users of a company',
    permission: 'coins:read',
    data: [CoinUserDto],
    paging: 'page',
    errors: [NotFound],
  })
  async listUsers(@Ctx() ctx: TenantContext, @Param('id') id: string, @Query() query: PageQuery): Promise<WithMeta<CoinUserDto[]>> {
    const { users, total } = await this.unitOfWork.read(ctx, async (tx) => {
      await this.companies.byId(tx, id);
      return this.users.list(tx, id, pageWindow(query));
    });
    return pageOf(
      users.map((user) => CoinUserDto.from(user)),
      query,
      total,
    );
  }

  @Post(':id/users')
  @Endpoint({
    ...ID,
    operationId: 'coin_companies_users_create',
    summary: 'Make a member a user of a company',
    permission: 'coins:write',
    status: 201,
    data: CoinUserDto,
    errors: [NotFound, Duplicate],
    bodyExample: { member_id: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a01', user_id: 'EKQZVMQK' },
  })
  createUser(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id') id: string,
    @Body() body: EnrollCoinUserDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const company = await this.companies.byId(tx, id);
      return { status: 201, data: CoinUserDto.from(await this.users.enroll(tx, company, { memberId: body.member_id, id: body.user_id })) };
    });
  }
}
