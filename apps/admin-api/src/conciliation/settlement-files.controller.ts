import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { FileBytes, LARGEST_FILE } from '@tallystick/loyalty';
import {
  FindSettlement,
  ReceiveSettlementFile,
  SettlementFileAlreadyReceived,
  SettlementFileDto,
  SettlementFilesQuery,
  SettlementRowDto,
  SettlementRowsQuery,
  USUAL_SOURCE,
  WINDOW_ID,
} from '@tallystick/offers';
import {
  Ctx,
  Cursors,
  Endpoint,
  FileTooLarge,
  IdPipe,
  Idempotency,
  NotFound,
  pageSizeOf,
  PayloadTooLarge,
  UnitOfWork,
  UploadedStream,
  ValidationFailed,
  Writes,
  type SealedAnswer,
  type UploadStream,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';

const LIST = 'settlement files';
const LONGEST_NAME = 255;

@Controller('api/v1/conciliation/settlement-files')
export class SettlementFilesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly bytes: FileBytes,
    private readonly settlement: FindSettlement,
    private readonly receiveFile: ReceiveSettlementFile,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'conciliation_settlement_files_create',
    summary: 'Upload a settlement file of a window',
    description:
      'CSV in UTF-8 with the columns `reference`, `amount`, `currency`, and if wanted `type` (`purchase` when empty), `part`, `settled_at` and `source`. ' +
      'The worker reads it and matches it with the card transactions of the window and the ledger. The same content, or the same name, is taken once, ' +
      'also when it came by SFTP. What became of each row, and the rejected rows as they came, are to be had from `/files/{id}` under the same id.',
    permission: 'conciliation:write',
    status: 201,
    upload: {
      maxBytes: LARGEST_FILE,
      required: ['window_id'],
      fields: {
        window_id: { type: 'string', pattern: WINDOW_ID.source },
        source: {
          type: 'string',
          maxLength: 50,
          description: `Whose ids the references are: the \`source\` of their batches; \`${USUAL_SOURCE}\` when left out.`,
        },
      },
    },
    data: SettlementFileDto,
    errors: [SettlementFileAlreadyReceived],
  })
  async create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @UploadedStream() upload: UploadStream,
  ): Promise<SealedAnswer> {
    const id = newId();
    let kept = false;
    try {
      const { taken, fileName, fields } = await upload.receive((file) => this.bytes.take(ctx.tenantId, id, file));
      const given = { name: readName(fileName), ...readFields(fields) };
      const body = { ...fields, file: taken.received.sha256, name: given.name };
      return await this.writes.run(ctx, { ...request, body }, async (tx) => {
        const file = await this.receiveFile.execute(tx, { id, ...taken, ...given });
        kept = true;
        return { status: 201, data: SettlementFileDto.from(file) };
      });
    } catch (error) {
      kept = false;
      throw error instanceof FileTooLarge ? PayloadTooLarge.with({ message: `The file may have at most ${LARGEST_FILE} bytes` }) : error;
    } finally {
      // A repeat under its key is answered by what was kept then.
      if (!kept) await this.bytes.removeInput(ctx.tenantId, id);
    }
  }

  @Get()
  @Endpoint({
    operationId: 'conciliation_settlement_files_list',
    summary: 'List settlement files, newest first',
    permission: 'conciliation:read',
    data: [SettlementFileDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: SettlementFilesQuery): Promise<WithMeta<SettlementFileDto[]>> {
    const before = this.cursors.read<{ id: string }>(ctx, LIST, query)?.id;
    const page = { before, limit: pageSizeOf(query) + 1 };
    const rows = await this.unitOfWork.read(ctx, (tx) => this.settlement.files(tx, { windowId: query.window_id }, page));
    return this.cursors.page(ctx, LIST, query, rows, ({ id }) => ({ id }), (file) => SettlementFileDto.from(file)); // prettier-ignore
  }

  @Get(':id')
  @Endpoint({
    operationId: 'conciliation_settlement_files_retrieve',
    summary: 'Get a settlement file and how far it has been read',
    permission: 'conciliation:read',
    data: SettlementFileDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<SettlementFileDto> {
    return SettlementFileDto.from(await this.unitOfWork.read(ctx, (tx) => this.settlement.file(tx, id)));
  }

  @Get(':id/rows')
  @Endpoint({
    operationId: 'conciliation_settlement_files_rows_list',
    summary: 'List what became of each row of a settlement file',
    permission: 'conciliation:read',
    data: [SettlementRowDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async rows(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Query() query: SettlementRowsQuery,
  ): Promise<WithMeta<SettlementRowDto[]>> {
    const list = `rows of settlement file ${id}`;
    const after = this.cursors.read<{ line: number }>(ctx, list, query)?.line ?? 0;
    const page = { after, limit: pageSizeOf(query) + 1 };
    const rows = await this.unitOfWork.read(ctx, (tx) => this.settlement.rows(tx, id, query.status, page));
    return this.cursors.page(ctx, list, query, rows, ({ line }) => ({ line }), (row) => SettlementRowDto.from(row)); // prettier-ignore
  }
}

function readFields({ window_id: windowId = '', source = USUAL_SOURCE }: Readonly<Record<string, string>>): {
  windowId: string;
  source: string;
} {
  const errors: Record<string, string[]> = {};
  if (!WINDOW_ID.test(windowId)) errors.window_id = ['Must be the id of a window.'];
  if (source.length === 0 || source.length > 50) errors.source = ['Must be text of 1 to 50 characters.'];
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
  return { windowId, source };
}

/** The name under which the caller has the file: a text to tell files apart by, and never a place. */
function readName(given: string): string {
  const name = given.split(/[/\\]/).at(-1)!.trim();
  if (name.length === 0 || name.length > LONGEST_NAME || !/^[^\p{Cc}\p{Cs}]+$/u.test(name))
    throw ValidationFailed.with({ errors: { file: [`Must have a name of 1 to ${LONGEST_NAME} characters.`] } });
  return name;
}
