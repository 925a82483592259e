import { Get, Inject, Param, Post, Query, StreamableFile } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Endpoint,
  Idempotency,
  InvalidState,
  NotFound,
  UnitOfWork,
  Writes,
  pageSizeOf,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { WindowExported } from './conciliation.acts.js';
import { DisperseWindow } from './disperse-window.operation.js';
import { ExportWindow, type ExportFormat } from './export-window.query.js';
import { FindSettlement } from './find-settlement.query.js';
import { FindWindows } from './find-windows.query.js';
import type { SettlementMatch } from './match-settlement.operation.js';
import { SettlementMatchDto } from './settlement.dto.js';
import { linesAfter, payoutsAfter, type WindowLine, type WindowPayout } from './window-lists.js';
import { WINDOW_PARAM, WindowDto, WindowIdPipe, WindowLineDto, WindowPayoutDto, WindowsQuery } from './window.dto.js';

const LIST = 'conciliation windows';
const params = WINDOW_PARAM;
const LISTED = { type: 'array', items: { type: 'object' } };
const EXPORT = {
  type: 'object',
  required: ['hash', 'lines', 'payouts', 'window'],
  properties: { hash: { type: 'string' }, lines: LISTED, payouts: LISTED, window: { type: 'object' } },
};

/** Windows of conciliation, the same on both APIs; each app's controller of that name extends it. */
export abstract class WindowsEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Writes) private readonly writes: Writes;
  @Inject(Cursors) private readonly cursors: Cursors;
  @Inject(FindWindows) private readonly windows: FindWindows;
  @Inject(FindSettlement) private readonly settlement: FindSettlement;
  @Inject(ExportWindow) private readonly exports: ExportWindow;
  @Inject(DisperseWindow) private readonly disperse: DisperseWindow;

  @Get()
  @Endpoint({
    operationId: 'conciliation_windows_list',
    summary: 'List windows of conciliation with their control totals, newest first',
    permission: 'conciliation:read',
    data: [WindowDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: WindowsQuery): Promise<WithMeta<WindowDto[]>> {
    const before = this.cursors.read<{ number: number }>(ctx, LIST, query)?.number;
    const page = { before, limit: pageSizeOf(query) + 1 };
    const rows = await this.unitOfWork.read(ctx, (tx) => this.windows.list(tx, { state: query.state }, page));
    return this.cursors.page(ctx, LIST, query, rows, ({ number }) => ({ number }), (window) => WindowDto.from(window)); // prettier-ignore
  }

  @Get(':id')
  @Endpoint({
    operationId: 'conciliation_windows_retrieve',
    summary: 'Get a window with its control totals',
    permission: 'conciliation:read',
    params,
    data: WindowDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', WindowIdPipe) id: string): Promise<WindowDto> {
    return WindowDto.from(await this.unitOfWork.read(ctx, (tx) => this.windows.byId(tx, id)));
  }

  @Get(':id/lines')
  @Endpoint({
    operationId: 'conciliation_windows_lines_list',
    summary: 'List what a closed window has closed over',
    description: 'In the order in which things settled; it never changes.',
    permission: 'conciliation:read',
    params,
    data: [WindowLineDto],
    paging: 'cursor',
    errors: [NotFound, InvalidState],
  })
  async lines(
    @Ctx() ctx: TenantContext,
    @Param('id', WindowIdPipe) id: string,
    @Query() query: CursorQuery,
  ): Promise<WithMeta<WindowLine[]>> {
    const list = `lines of window ${id}`;
    const after = this.cursors.read<{ position: number }>(ctx, list, query)?.position ?? 0;
    const rows = await this.unitOfWork.read(ctx, async (tx) => {
      await this.windows.closed(tx, id);
      return linesAfter(tx, id, after, pageSizeOf(query) + 1);
    });
    return this.cursors.page(ctx, list, query, rows, ({ position }) => ({ position }), (line) => line); // prettier-ignore
  }

  @Get(':id/payouts')
  @Endpoint({
    operationId: 'conciliation_windows_payouts_list',
    summary: 'List what customers get at the end of a closed window',
    description: 'What a customer owes for cashback that was taken back after it was handed on is set off first; nobody is paid below 0.',
    permission: 'conciliation:read',
    params,
    data: [WindowPayoutDto],
    paging: 'cursor',
    errors: [NotFound, InvalidState],
  })
  async payouts(
    @Ctx() ctx: TenantContext,
    @Param('id', WindowIdPipe) id: string,
    @Query() query: CursorQuery,
  ): Promise<WithMeta<WindowPayout[]>> {
    const list = `payouts of window ${id}`;
    const after = this.cursors.read<{ position: number }>(ctx, list, query)?.position ?? 0;
    const rows = await this.unitOfWork.read(ctx, async (tx) => {
      await this.windows.closed(tx, id);
      return payoutsAfter(tx, id, after, pageSizeOf(query) + 1);
    });
    return this.cursors.page(ctx, list, query, rows, ({ position }) => ({ position }), (payout) => payout); // prettier-ignore
  }

  @Get(':id/match')
  @Endpoint({
    operationId: 'conciliation_windows_match_retrieve',
    summary: 'See how a window compares with its settlement files',
    description:
      'Card transactions as they were told, against the ledger and against the files: each pair in one state. As of the last match.',
    permission: 'conciliation:read',
    params,
    data: SettlementMatchDto,
    errors: [NotFound],
  })
  match(@Ctx() ctx: TenantContext, @Param('id', WindowIdPipe) id: string): Promise<SettlementMatch> {
    return this.unitOfWork.read(ctx, (tx) => this.settlement.match(tx, id));
  }

  @Get(':id/export/json')
  @Endpoint({
    operationId: 'conciliation_windows_export_json_retrieve',
    summary: 'Export a closed window as canonical JSON',
    description:
      'The same bytes for ever. `lines` and `payouts` are what `lines_hash` and `payouts_hash` of `window` are made of, `window` is what `hash` is made of: SHA-256 of canonical JSON (RFC 8785). The export is itself recorded.',
    permission: 'conciliation:read',
    limit: 'export',
    params,
    unenveloped: true,
    answer: { type: 'application/json', schema: EXPORT },
    errors: [NotFound, InvalidState],
  })
  exportJson(@Ctx() ctx: TenantContext, @Param('id', WindowIdPipe) id: string): Promise<StreamableFile> {
    return this.export(ctx, id, 'json');
  }

  @Get(':id/export/csv')
  @Endpoint({
    operationId: 'conciliation_windows_export_csv_retrieve',
    summary: 'Export the lines of a closed window as CSV',
    description: 'The same bytes for ever. The export is itself recorded.',
    permission: 'conciliation:read',
    limit: 'export',
    params,
    unenveloped: true,
    answer: { type: 'text/csv', schema: { type: 'string', example: 'position,movement_id,number,state\r\n' } },
    errors: [NotFound, InvalidState],
  })
  exportCsv(@Ctx() ctx: TenantContext, @Param('id', WindowIdPipe) id: string): Promise<StreamableFile> {
    return this.export(ctx, id, 'csv');
  }

  @Post(':id/dispersed')
  @Endpoint({
    operationId: 'conciliation_windows_dispersed_create',
    summary: 'Confirm that the cashback of a closed window was handed on to customers',
    description:
      'Each payout leaves the account of its customer, and the commission of the window is paid. Once: to say it again changes nothing. A dispersion callback that was delivered whole says it, too.',
    permission: 'conciliation:write',
    params,
    data: WindowDto,
    errors: [NotFound, InvalidState],
  })
  dispersed(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', WindowIdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: WindowDto.from(await this.disperse.confirm(tx, id, `${ctx.actor.type} ${ctx.actor.id}`)),
    }));
  }

  private async export(ctx: TenantContext, id: string, format: ExportFormat): Promise<StreamableFile> {
    const window = await this.unitOfWork.run(ctx, async (tx) => {
      const found = await this.windows.closed(tx, id);
      tx.audit(WindowExported, { target: { type: 'conciliation_window', id }, after: { format } });
      return found;
    });
    const type = format === 'json' ? 'application/json' : 'text/csv; charset=utf-8';
    return new StreamableFile(this.exports.stream(ctx, window, format), { type, disposition: `attachment; filename="${id}.${format}"` });
  }
}
