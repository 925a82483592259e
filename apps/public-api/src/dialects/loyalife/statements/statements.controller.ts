import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Endpoint, WithMeta } from '@tallystick/platform';
import { BoundTo } from '../loyalife.caller.js';
import type { BesideData } from '../loyalife.envelope.js';
import { refusals, refuse } from '../loyalife.errors.js';
import { showCategory } from './show-statement.js';
import { LoyalifeCategorizedStatementDto, LoyalifeStatementCategoryDto } from './statements.dto.js';
import { StatementsEndpoints } from './statements.endpoints.js';

@ApiTags('Statements')
@Controller('v1')
export class LoyalifeStatementsController extends StatementsEndpoints {
  @Post('GetMemberCategorizedStatement')
  @Endpoint({
    operationId: 'loyalife_get_member_categorized_statement_create',
    summary: "A member's points by category, each with how many transactions, of a period where it is named",
    permission: 'points:read',
    data: [LoyalifeStatementCategoryDto],
    errors: refusals('103'),
    bodyExample: { RelationReference: 'C08409803', DateFrom: '2026-01-01', DateTo: '2026-12-31' },
  })
  getMemberCategorizedStatement(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Body() body: LoyalifeCategorizedStatementDto,
  ): Promise<WithMeta<LoyalifeStatementCategoryDto[]>> {
    const { DateFrom: from, DateTo: to } = body;
    if (from !== undefined && to !== undefined && to < from) throw refuse('999', { message: 'DateTo: Must not be before DateFrom' });
    return this.read(ctx, body, boundTo, async (tx, { member, program }) => {
      const sums = await this.categories.sums(tx, { memberId: member.id, programId: program.id, from, to });
      return new WithMeta(sums.map(showCategory), { count: sums.length } satisfies BesideData);
    });
  }
}

@ApiTags('Statements')
@Controller('lbms-ingress/transaction-lm/API/Transaction')
export class LoyalifeVendorStatementsController extends StatementsEndpoints {}
