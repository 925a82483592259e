import { Get, Inject, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AUTHENTICATED, Ctx, Endpoint, May, NotFound, UnitOfWork, type Permits, type ReadTx } from '@tallystick/platform';
import { FindBranding } from '../branding/find-branding.query.js';
import { FindTenant } from '../tenants/find-tenant.query.js';
import { PublicContexts } from './public-contexts.js';
import { PublicContextDto, PublicContextQuery, TenantContextDto, type ContextParts } from './tenant-context.dto.js';

/** What a page must know of a tenant, the same on both APIs; each app's controller of that name extends it. */
export abstract class TenantContextEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(FindTenant) private readonly findTenant: FindTenant;
  @Inject(FindBranding) private readonly findBranding: FindBranding;
  @Inject(PublicContexts) private readonly publicContexts: PublicContexts;

  /** What libs beside and above this one know of the tenant. */
  protected abstract partsOf(tx: ReadTx<TenantContext>, may: Permits): Promise<ContextParts>;

  @Get('context')
  @Endpoint({
    operationId: 'tenant_context_retrieve',
    summary: 'Get tenant context',
    description: 'The tenant of the credential, for people and for API clients.',
    permission: AUTHENTICATED,
    data: TenantContextDto,
  })
  context(@Ctx() ctx: TenantContext, @May() may: Permits): Promise<TenantContextDto> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const tenant = await this.findTenant.find(tx);
      if (!tenant) throw NotFound.with();
      return TenantContextDto.from(tenant, await this.findBranding.find(tx), await this.partsOf(tx, may));
    });
  }

  @Get('public-context')
  @Endpoint({
    operationId: 'tenant_public_context_retrieve',
    summary: 'Get public tenant context by slug',
    description: 'For the page on which people sign in. A slug that names no tenant and one of a suspended tenant get the same answer.',
    public: true,
    data: PublicContextDto,
    errors: [NotFound],
  })
  async publicContext(@Query() { slug }: PublicContextQuery): Promise<PublicContextDto> {
    const context = await this.publicContexts.get(slug);
    if (!context) throw NotFound.with();
    return PublicContextDto.from(context);
  }
}
