import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindFileDrops, SaveFileDrop, TestFileDrop } from '@tallystick/loyalty';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Duplicate,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  pageSizeOf,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { DialableHostPipe } from './dialable-host.pipe.js';
import { CreateFileDropDto, FileDropDto, FileDropTrialDto, UpdateFileDropDto } from './file-drop.dto.js';

const LIST = 'file-drops';

@Controller('api/v1/file-drops')
export class FileDropsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly findDrops: FindFileDrops,
    private readonly saveDrop: SaveFileDrop,
    private readonly testDrop: TestFileDrop,
  ) {}

  @Post()
  @Endpoint({
    operationId: 'file_drops_create',
    summary: 'Set up an SFTP drop',
    description:
      'We sign in to your server, take complete files from the upload folders and bring results back. A file is complete when it is the same ' +
      'at two polls, or has a `.done` marker beside it; `.part` files are left alone. Test the connection, name the host key, then enable it.',
    permission: 'files:write',
    status: 201,
    data: FileDropDto,
    errors: [Duplicate, InvalidState],
    bodyExample: {
      name: 'Core banking',
      host: 'sftp.bank.example',
      username: 'loyalty',
      password: 'correct horse battery staple',
      base_folder: '/loyalty',
    },
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Body(DialableHostPipe) body: CreateFileDropDto,
  ): Promise<SealedAnswer> {
    const { settings, secret } = CreateFileDropDto.read(body);
    return this.writes.run(ctx, request, async (tx) => ({
      status: 201,
      data: FileDropDto.from(await this.saveDrop.create(tx, settings, secret)),
    }));
  }

  @Get()
  @Endpoint({
    operationId: 'file_drops_list',
    summary: 'List SFTP drops, newest first',
    permission: 'files:read',
    data: [FileDropDto],
    paging: 'cursor',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: CursorQuery): Promise<WithMeta<FileDropDto[]>> {
    const before = this.cursors.read<{ id: string }>(ctx, LIST, query)?.id;
    const rows = await this.unitOfWork.read(ctx, (tx) => this.findDrops.list(tx, { before, limit: pageSizeOf(query) + 1 }));
    return this.cursors.page(ctx, LIST, query, rows, ({ id }) => ({ id }), (drop) => FileDropDto.from(drop)); // prettier-ignore
  }

  @Get(':id')
  @Endpoint({
    operationId: 'file_drops_retrieve',
    summary: 'Get an SFTP drop',
    permission: 'files:read',
    data: FileDropDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<FileDropDto> {
    return FileDropDto.from(await this.unitOfWork.read(ctx, (tx) => this.findDrops.byId(tx, id)));
  }

  @Patch(':id')
  @Endpoint({
    operationId: 'file_drops_partial_update',
    summary: 'Change an SFTP drop, or switch it on and off',
    description: 'What is left out stays. Files that were taken keep the format and program under which they were.',
    permission: 'files:write',
    data: FileDropDto,
    errors: [NotFound, Duplicate],
    bodyExample: { host_key: 'SHA256:RsXrN0fyKcYQ9vYlc1Z0Uq0j4pW0m3N5h1o7g2b8k9E', enabled: true },
  })
  update(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body(DialableHostPipe) body: UpdateFileDropDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const { changes, secret } = UpdateFileDropDto.read(body, await this.findDrops.byId(tx, id));
      return { status: 200, data: FileDropDto.from(await this.saveDrop.update(tx, id, changes, secret)) };
    });
  }

  @Delete(':id')
  @Endpoint({
    operationId: 'file_drops_destroy',
    summary: 'Remove an SFTP drop',
    description: 'Nothing is fetched any more, and its secret is forgotten. Files that were taken are worked off.',
    permission: 'files:write',
    errors: [NotFound],
  })
  remove(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      await this.saveDrop.remove(tx, id);
      return { status: 200, data: null };
    });
  }

  @Post(':id/test')
  @Endpoint({
    operationId: 'file_drops_test_create',
    summary: 'Test the connection of an SFTP drop',
    description:
      'Says who answers there and whether we are let in. Nothing secret is sent to a server whose host key is not the one that the drop names.',
    permission: 'files:write',
    data: FileDropTrialDto,
    errors: [NotFound],
  })
  async test(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<FileDropTrialDto> {
    return FileDropTrialDto.from(await this.testDrop.run(ctx, id));
  }
}
