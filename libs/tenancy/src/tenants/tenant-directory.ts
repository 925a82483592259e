import { Injectable } from '@nestjs/common';
import { requestContext } from '@tallystick/kernel';
import { ShortMemory, UnitOfWork } from '@tallystick/platform';
import { FindTenant } from './find-tenant.query.js';
import type { Tenant } from './tenant.entity.js';

/** Below a second, with room for the look-up: a suspension or a moved clock is in force everywhere within one (OAU-05). */
const MEMORY_MS = 750;

/**
 * What the edge must know of a tenant before it can make a context: status, zone, currency, clock. Opens a transaction of its own, so it
 * is for guards and job handlers; work inside a transaction uses `FindTenant`.
 */
@Injectable()
export class TenantDirectory {
  private readonly memory = new ShortMemory(MEMORY_MS, (tenantId) => this.lookUp(tenantId));

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findTenant: FindTenant,
  ) {}

  /** The tenant, or null when there is none of that id. */
  get(tenantId: string): Promise<Readonly<Tenant> | null> {
    return this.memory.get(tenantId);
  }

  private lookUp(tenantId: string): Promise<Tenant | null> {
    const ctx = requestContext({ tenantId, actor: { type: 'system', id: 'tenant-directory' }, requestId: 'tenant-directory' });
    return this.unitOfWork.read(ctx, (tx) => this.findTenant.find(tx));
  }
}
