import { Controller, Get, Query } from '@nestjs/common';
import { AuditTrail } from '@tallystick/compliance';
import type { PlatformContext } from '@tallystick/kernel';
import { Cursors, Endpoint, PlatformCtx, UnitOfWork, pageSizeOf, type WithMeta } from '@tallystick/platform';
import { AuditFilterQuery, AuditRecordDto, AuditRecordsQuery } from '../audit-log/audit-record.dto.js';

const LIST = 'platform/audit-log';

@Controller('api/v1/platform/audit-log')
export class PlatformAuditLogController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cursors: Cursors,
    private readonly trail: AuditTrail,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'platform_audit_log_list',
    summary: 'List what was done on the platform itself, outside tenants, newest first',
    permission: 'platform_audit_log:read',
    data: [AuditRecordDto],
    paging: 'cursor',
  })
  async list(@PlatformCtx() ctx: PlatformContext, @Query() query: AuditRecordsQuery): Promise<WithMeta<AuditRecordDto[]>> {
    const before = this.cursors.read<{ number: string }>(ctx, LIST, query)?.number;
    const filter = { ...AuditFilterQuery.toFilter(query), before };
    const records = await this.unitOfWork.read(ctx, (tx) => this.trail.list(tx, filter, pageSizeOf(query) + 1));
    return this.cursors.page(
      ctx,
      LIST,
      query,
      records,
      ({ number }) => ({ number }),
      (record) => AuditRecordDto.from(record),
    );
  }
}
