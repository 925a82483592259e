import { Get, Inject, Param, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Choice,
  Ctx,
  Cursors,
  Endpoint,
  IdPipe,
  NotFound,
  PageOrCursorQuery,
  UnitOfWork,
  Uuid,
  pageSizeOf,
  pageWindow,
  type WithMeta,
} from '@tallystick/platform';
import { FindWallets } from './find-wallets.query.js';
import { WalletDto } from './wallet.dto.js';
import { WALLET_KINDS, type Wallet, type WalletKind } from './wallet.js';

class WalletsQuery extends PageOrCursorQuery {
  @Uuid({ optional: true })
  member_id?: string;

  @Uuid({ optional: true })
  program_id?: string;

  @Choice(WALLET_KINDS, { optional: true, description: 'Of one kind alone.', example: 'points' })
  kind?: WalletKind;
}

const LIST = 'wallets';

/** How wallets are read, the same on both APIs; each app's controller of that name extends it. A member sees their own. */
export abstract class WalletsEndpoints {
  @Inject(UnitOfWork) protected readonly unitOfWork: UnitOfWork;
  @Inject(FindWallets) protected readonly wallets: FindWallets;
  @Inject(Cursors) private readonly cursors: Cursors;

  @Get()
  @Endpoint({
    operationId: 'wallets_list',
    summary: 'List wallets of points and of cash',
    description: 'By cursor, however many they are; with `page` by numbered pages and their counts.',
    permission: 'wallets:read',
    forMembers: true,
    data: [WalletDto],
    paging: 'either',
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: WalletsQuery): Promise<WithMeta<Wallet[]>> {
    const filter = { memberId: query.member_id, programId: query.program_id, kind: query.kind };
    const keyOf = ({ id }: Wallet) => ({ id });
    const render = (row: Wallet) => row;
    const last = this.cursors.read<{ id: string }>(ctx, LIST, query);
    if (query.page === undefined) {
      const window = { ...filter, after: last?.id, limit: pageSizeOf(query) + 1 };
      const rows = await this.unitOfWork.read(ctx, (tx) => this.wallets.list(tx, window));
      return this.cursors.page(ctx, LIST, query, rows, keyOf, render);
    }
    const { rows, total } = await this.unitOfWork.read(ctx, async (tx) => ({
      rows: await this.wallets.list(tx, { ...filter, ...pageWindow(query) }),
      total: await this.wallets.count(tx, filter),
    }));
    return this.cursors.numbered(ctx, LIST, query, rows, total, keyOf, render);
  }

  @Get(':id')
  @Endpoint({
    operationId: 'wallets_retrieve',
    summary: 'Get a wallet',
    permission: 'wallets:read',
    forMembers: true,
    data: WalletDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string): Promise<Wallet> {
    return this.unitOfWork.read(ctx, (tx) => this.wallets.byId(tx, id));
  }
}
