import { Controller, Get } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Reconcile, type Reconciliation } from '@tallystick/ledger';
import { Ctx, Endpoint, UnitOfWork } from '@tallystick/platform';
import { ReconciliationDto } from './ledger.dto.js';

@Controller('api/v1/ledger/reconciliation')
export class ReconciliationController {
  private readonly running = new Map<string, Promise<Reconciliation>>();

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
    const known = this.running.get(ctx.tenantId);
    if (known) return known; // it reads all the tenant's books: those who ask at the same time share one answer
    const running = this.unitOfWork.read(ctx, (tx) => this.reconcile.execute(tx)).finally(() => this.running.delete(ctx.tenantId));
    this.running.set(ctx.tenantId, running);
    return running;
  }
}
