import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { AuditLogExported, AuditTrail, ExportAuditTrail } from '@tallystick/compliance';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Cursors, Endpoint, UnitOfWork, pageSizeOf, type WithMeta } from '@tallystick/platform';
import { AuditFilterQuery, AuditRecordDto, AuditRecordsQuery } from './audit-record.dto.js';

const LIST = 'audit-log';

@Controller('api/v1/audit-log')
export class AuditLogController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cursors: Cursors,
    private readonly trail: AuditTrail,
    private readonly exportTrail: ExportAuditTrail,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'audit_log_list',
    summary: 'List what was done in the tenant, newest first',
    permission: 'audit_log:read',
    data: [AuditRecordDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: AuditRecordsQuery): Promise<WithMeta<AuditRecordDto[]>> {
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

  @Get('export')
  @Endpoint({
    operationId: 'audit_log_export_retrieve',
    summary: 'Export the audit log as CSV',
    description: 'All that the filters leave, newest first. The export is itself recorded, after the records that it has.',
    permission: 'audit_log:read',
    limit: 'export',
    unenveloped: true,
    answer: { type: 'text/csv', schema: { type: 'string', example: 'number,recorded_at,act\r\n' } },
  })
  async export(@Ctx() ctx: TenantContext, @Query() query: AuditFilterQuery): Promise<StreamableFile> {
    const filter = AuditFilterQuery.toFilter(query);
    const last = await this.unitOfWork.run(ctx, async (tx) => {
      const [newest] = await this.trail.list(tx, {}, 1);
      tx.audit(AuditLogExported, { after: { filter: { ...query }, up_to: newest ? Number(newest.number) : 0 } });
      return newest?.number ?? '0';
    });
    const csv = this.exportTrail.stream(ctx, { ...filter, before: String(BigInt(last) + 1n) });
    return new StreamableFile(csv, { type: 'text/csv; charset=utf-8', disposition: 'attachment; filename="audit-log.csv"' });
  }
}
