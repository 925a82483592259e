import { Controller, Get } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Reconcile, type Reconciliation } from '@tallystick/ledger';
import { Ctx, Endpoint, UnitOfWork } from '@tallystick/platform';
import { ReconciliationDto } from './ledger.dto.js';

@Controller('api/v1/ledger/reconciliation')
export class ReconciliationController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reconcile: Reconcile,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'ledger_reconciliation_retrieve',
    summary: 'Add up the books in every way that must give the same',
    permission: 'ledger:read',
    data: ReconciliationDto,
  })
  get(@Ctx() ctx: TenantContext): Promise<Reconciliation> {
    return this.unitOfWork.read(ctx, (tx) => this.reconcile.execute(tx));
  }
}
