import { Inject, Injectable } from '@nestjs/common';
import { requestContext, type RequestContext, type TenantContext } from '@tallystick/kernel';
import { LOGGER, PLATFORM_JOBS, UnitOfWork, type Logger } from '@tallystick/platform';
import { TenantDirectory } from '@tallystick/tenancy';

const WORKER = { type: 'system', id: 'worker' } as const;

/** A context without a tenant: for what the worker may see across tenants. */
export const platformContext = (requestId: string): RequestContext & { readonly tenantId: null } =>
  requestContext({ tenantId: null, actor: WORKER, requestId });

/** Under whose name the worker works: always one tenant at a time, with that tenant's clock. */
@Injectable()
export class WorkContexts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tenants: TenantDirectory,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The context that a job runs in; undefined while its tenant is suspended. */
  async ofJob(owner: string, requestId: string): Promise<RequestContext | undefined> {
    return owner === PLATFORM_JOBS ? platformContext(requestId) : this.of(owner, requestId);
  }

  /** The context of a tenant; undefined when there is none of that id, or it is suspended: nobody acts in it (TEN-08). */
  async of(tenantId: string, requestId: string): Promise<TenantContext | undefined> {
    const tenant = await this.tenants.get(tenantId);
    if (tenant?.status !== 'active') return undefined;
    return requestContext({ tenantId, actor: WORKER, requestId, clockOffsetMs: tenant.clockOffsetMs, sandbox: tenant.mode === 'sandbox' });
  }

  /** Does `work` for each active tenant, one after the other. What fails for one is logged and does not keep it from the others. */
  async each(name: string, signal: AbortSignal, work: (ctx: TenantContext) => Promise<unknown>): Promise<void> {
    const rows = await this.unitOfWork.platform(platformContext(name), (tx) =>
      tx.query<{ id: string; offset: string }>(`select id, clock_offset_ms as offset from tenant where status = 'active' order by id`),
    );
    for (const { id, offset } of rows) {
      if (signal.aborted) return;
      const ctx = requestContext({ tenantId: id, actor: WORKER, requestId: name, clockOffsetMs: Number(offset) });
      await work(ctx).catch((err: unknown) => this.logger.error({ err, schedule: name, tenant: id }, 'scheduled work failed for a tenant'));
    }
  }
}
