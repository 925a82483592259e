import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { Tenant } from '../tenants/tenant.entity.js';
import { BrandFiles } from './brand-files.js';
import { TenantBranding } from './branding.entity.js';

/** How a tenant shows itself, as it is told: addresses of images, wherever they lie. */
export interface Branding {
  readonly logoUrl: string | null;
  readonly faviconUrl: string | null;
  readonly primaryColor: string | null;
  readonly secondaryColor: string | null;
  readonly fontFamily: string | null;
  readonly emailFromName: string | null;
  readonly supportEmail: string | null;
  readonly supportPhone: string | null;
  readonly customCss: string | null;
}

/** Reads the branding of the tenant of a transaction. */
@Injectable()
export class FindBranding {
  constructor(private readonly files: BrandFiles) {}

  /** Throws `not_found` when there is no such tenant. */
  async find(tx: ReadTx<TenantContext>): Promise<Branding> {
    const tenant = await tx.repository(Tenant).findOneBy({ id: tx.ctx.tenantId });
    if (!tenant) throw NotFound.with();
    return this.of(tenant, await tx.repository(TenantBranding).findOneBy({ tenantId: tx.ctx.tenantId }));
  }

  /** The branding that these rows say. */
  of({ id, supportEmail, supportPhone }: Tenant, row: TenantBranding | null): Branding {
    const address = (url: string | null | undefined, file: string | null | undefined): string | null =>
      file ? this.files.urlOf(id, file) : (url ?? null);
    return {
      logoUrl: address(row?.logoUrl, row?.logoFile),
      faviconUrl: address(row?.faviconUrl, row?.faviconFile),
      primaryColor: row?.primaryColor ?? null,
      secondaryColor: row?.secondaryColor ?? null,
      fontFamily: row?.fontFamily ?? null,
      emailFromName: row?.emailFromName ?? null,
      supportEmail,
      supportPhone,
      customCss: row?.customCss ?? null,
    };
  }
}
