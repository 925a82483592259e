import { Controller, Get, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindWallets, type Wallet } from '@tallystick/loyalty';
import { Ctx, CursorQuery, Cursors, Endpoint, IdPipe, NotFound, UnitOfWork, Uuid, pageSizeOf, type WithMeta } from '@tallystick/platform';
import { WalletDto } from './wallet.dto.js';

class WalletsQuery extends CursorQuery {
  @Uuid({ optional: true })
  member_id?: string;

  @Uuid({ optional: true })
  program_id?: string;
}

const LIST = 'wallets';

@Controller('api/v1/wallets')
export class WalletsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly wallets: FindWallets,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({ operationId: 'wallets_list', summary: 'List wallets', permission: 'points:read', data: [WalletDto], paging: 'cursor' })
  async list(@Ctx() ctx: TenantContext, @Query() query: WalletsQuery): Promise<WithMeta<Wallet[]>> {
    const last = this.cursors.read<{ id: string }>(ctx, LIST, query);
    const rows = await this.unitOfWork.read(ctx, (tx) =>
      this.wallets.list(tx, { memberId: query.member_id, programId: query.program_id, after: last?.id, limit: pageSizeOf(query) + 1 }),
    );
    return this.cursors.page(
      ctx,
      LIST,
      query,
      rows,
      ({ id }) => ({ id }),
      (row) => row,
    );
  }

  @Get(':id')
  @Endpoint({ operationId: 'wallets_retrieve', summary: 'Get a wallet', permission: 'points:read', data: WalletDto, errors: [NotFound] })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<Wallet> {
    return this.unitOfWork.read(ctx, (tx) => this.wallets.byId(tx, id));
  }
}
