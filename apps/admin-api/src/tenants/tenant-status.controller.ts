import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PlatformContext } from '@tallystick/kernel';
import {
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  PlatformCtx,
  Writes,
  type SealedAnswer,
  type WriteRequest,
  type WriteTx,
} from '@tallystick/platform';
import { FindTenants, RestoreTenant, SuspendTenant } from '@tallystick/tenancy';
import { SuspendTenantDto, TenantDto } from './tenant.dto.js';

@ApiTags('Tenants')
@Controller('api/v1/tenants/:id')
export class TenantStatusController {
  constructor(
    private readonly writes: Writes,
    private readonly tenants: FindTenants,
    private readonly suspendTenant: SuspendTenant,
    private readonly restoreTenant: RestoreTenant,
  ) {}

  @Post('suspend')
  @Endpoint({
    operationId: 'tenants_suspend_create',
    summary: 'Suspend a tenant',
    description: 'Within a second nobody acts in it, whatever tokens they hold; its jobs and deliveries wait. Its twin goes on.',
    permission: 'tenants:write',
    data: TenantDto,
    errors: [NotFound, InvalidState],
  })
  suspend(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: SuspendTenantDto,
  ): Promise<SealedAnswer> {
    return this.act(ctx, request, id, (tx) => this.suspendTenant.execute(tx, id, body));
  }

  @Post('restore')
  @Endpoint({
    operationId: 'tenants_restore_create',
    summary: 'Restore a suspended tenant',
    description: 'What waited goes on by itself.',
    permission: 'tenants:write',
    data: TenantDto,
    errors: [NotFound, InvalidState],
  })
  restore(
    @PlatformCtx() ctx: PlatformContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
  ): Promise<SealedAnswer> {
    return this.act(ctx, request, id, (tx) => this.restoreTenant.execute(tx, id));
  }

  private act(
    ctx: PlatformContext,
    request: WriteRequest,
    id: string,
    work: (tx: WriteTx<PlatformContext>) => Promise<void>,
  ): Promise<SealedAnswer> {
    return this.writes.platform(ctx, request, async (tx) => {
      await work(tx);
      return { status: 200, data: TenantDto.from(await this.tenants.byId(tx, id)) };
    });
  }
}
