import { Injectable } from '@nestjs/common';
import { requestContext } from '@tallystick/kernel';
import { ShortMemory, UnitOfWork } from '@tallystick/platform';
import { TenantBranding } from '../branding/branding.entity.js';
import { FindBranding, type Branding } from '../branding/find-branding.query.js';
import { Tenant } from '../tenants/tenant.entity.js';

/** What anybody may know of a tenant before they sign in. */
export interface PublicContext extends Pick<Branding, 'logoUrl' | 'primaryColor' | 'secondaryColor' | 'supportEmail' | 'supportPhone'> {
  readonly name: string;
}

/** Below a second, with room for the look-up: a suspended tenant is gone everywhere within one (OAU-05). */
const MEMORY_MS = 750;

/** A tenant that is not there. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

const system = { actor: { type: 'system', id: 'public-context' }, requestId: 'public-context' } as const;

/** What tenants show to anybody, by slug. A slug that names none and one of a suspended tenant are the same: no answer, after the same work. */
@Injectable()
export class PublicContexts {
  private readonly memory = new ShortMemory(MEMORY_MS, (slug) => this.lookUp(slug));

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly findBranding: FindBranding,
  ) {}

  /** Undefined when there is none to show. */
  get(slug: string): Promise<PublicContext | undefined> {
    return this.memory.get(slug);
  }

  private async lookUp(slug: string): Promise<PublicContext | undefined> {
    const platform = requestContext({ tenantId: null, ...system });
    const [named] = await this.unitOfWork.read(platform, (tx) =>
      tx.query<{ id: string }>('select id from tenant_slug where slug = $1', [slug]),
    );
    const tenantId = named?.id ?? NOBODY;
    return this.unitOfWork.read(requestContext({ tenantId, ...system }), async (tx) => {
      const tenant = await tx.repository(Tenant).findOneBy({ id: tenantId });
      const branding = await tx.repository(TenantBranding).findOneBy({ tenantId });
      if (tenant?.status !== 'active') return undefined;
      const { logoUrl, primaryColor, secondaryColor, supportEmail, supportPhone } = this.findBranding.of(tenant, branding);
      return { name: tenant.name, logoUrl, primaryColor, secondaryColor, supportEmail, supportPhone };
    });
  }
}
