import { Controller, Get, Param, Post, Query, StreamableFile } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { CancelFile, FILE_TYPES, FileAlreadyReceived, FileDownloaded, FindFiles, LARGEST_FILE, type FileRow } from '@tallystick/loyalty';
import {
  Ctx,
  Cursors,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  pageSizeOf,
  UnitOfWork,
  UploadedStream,
  Writes,
  type SealedAnswer,
  type UploadStream,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { FileIntake } from './file-intake.js';
import { FileDto, FilesQuery } from './file.dto.js';

const LIST = 'files';
const CSV = { type: 'text/csv', schema: { type: 'string', example: 'line,key,status\r\n2,PUR-2026-000123,accepted\r\n' } };

@Controller('api/v1/files')
export class FilesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly intake: FileIntake,
    private readonly findFiles: FindFiles,
    private readonly cancelFile: CancelFile,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'files_create',
    summary: 'Upload a file of rows',
    description:
      'CSV in UTF-8 whose first line names the columns. The worker does what each row says by the same operations and keys as the API, so ' +
      'that a row in both counts once. The same content, or the same name of the same type, is taken once, also when it came by SFTP.',
    permission: 'files:write',
    status: 201,
    upload: {
      maxBytes: LARGEST_FILE,
      required: ['type'],
      fields: {
        type: { type: 'string', enum: [...FILE_TYPES] },
        file_drop_id: {
          type: 'string',
          format: 'uuid',
          description:
            'A drop whose format and program the file has; without one: commas, decimals after a point, ISO dates, our field names.',
        },
        validate_only: {
          type: 'string',
          enum: ['true', 'false'],
          description:
            'A trial run: each row gets its verdict and nothing counts. Rows that build on each other may get another verdict then.',
        },
      },
    },
    data: FileDto,
    errors: [FileAlreadyReceived],
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @UploadedStream() upload: UploadStream): Promise<SealedAnswer> {
    return this.intake.take(ctx, request, upload, (file) => FileDto.from(file));
  }

  @Get()
  @Endpoint({
    operationId: 'files_list',
    summary: 'List files, newest first',
    permission: 'files:read',
    data: [FileDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: FilesQuery): Promise<WithMeta<FileDto[]>> {
    const before = this.cursors.read<{ id: string }>(ctx, LIST, query)?.id;
    const { type, status, file_drop_id: dropId } = query;
    const page = { before, limit: pageSizeOf(query) + 1 };
    const rows = await this.unitOfWork.read(ctx, (tx) => this.findFiles.list(tx, { type, status, dropId }, page));
    return this.cursors.page(ctx, LIST, query, rows, ({ id }) => ({ id }), (file) => FileDto.from(file)); // prettier-ignore
  }

  @Get(':id')
  @Endpoint({
    operationId: 'files_retrieve',
    summary: 'Get a file and how far it has been worked off',
    permission: 'files:read',
    data: FileDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<FileDto> {
    return FileDto.from(await this.unitOfWork.read(ctx, (tx) => this.findFiles.byId(tx, id)));
  }

  @Get(':id/result')
  @Endpoint({
    operationId: 'files_result_retrieve',
    summary: 'Download what became of each row',
    description: 'A line for each row done so far. Kept for 30 days; each download is recorded.',
    permission: 'files:read',
    unenveloped: true,
    answer: CSV,
    errors: [NotFound],
  })
  result(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<StreamableFile> {
    return this.download(ctx, id, 'result');
  }

  @Get(':id/rejected')
  @Endpoint({
    operationId: 'files_rejected_retrieve',
    summary: 'Download the rejected rows',
    description: 'The rows as they came, each with its line, column, code and reason: corrected, they can be sent again as they are.',
    permission: 'files:read',
    unenveloped: true,
    answer: CSV,
    errors: [NotFound],
  })
  rejected(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<StreamableFile> {
    return this.download(ctx, id, 'rejected');
  }

  @Post(':id/cancel')
  @Endpoint({
    operationId: 'files_cancel_create',
    summary: 'Stop the work on a file',
    description: 'The rows that were counted stay counted.',
    permission: 'files:write',
    data: FileDto,
    errors: [NotFound, InvalidState],
  })
  async cancel(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    const answer = await this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: FileDto.from(await this.cancelFile.execute(tx, id)),
    }));
    await this.cancelFile.forget(ctx, id);
    return answer;
  }

  private async download(ctx: TenantContext, id: string, which: 'result' | 'rejected'): Promise<StreamableFile> {
    const file = await this.unitOfWork.run(ctx, async (tx): Promise<FileRow> => {
      const found = await this.findFiles.byId(tx, id);
      if (Number(which === 'result' ? found.resultBytes : found.rejectedBytes) === 0 || found.removedAt !== null)
        throw NotFound.with({ message: 'There is no such file yet, or it is kept no more' });
      tx.audit(FileDownloaded, { target: { type: 'file', id }, after: { name: found.name, which } });
      return found;
    });
    const csv = await this.findFiles.output(ctx, file, which);
    return new StreamableFile(csv, { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${id}-${which}.csv"` });
  }
}
