import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { ValidationFailed, type WriteTx } from '@tallystick/platform';
import { BrandingChanged } from '../tenancy.acts.js';
import { lockTenant } from '../tenants/lock-tenant.js';
import { Tenant } from '../tenants/tenant.entity.js';
import { TenantBranding } from './branding.entity.js';
import { findCssProblem } from './css.policy.js';
import { FindBranding, type Branding } from './find-branding.query.js';

/** Changes how the tenant shows itself: what is left out stays, what is null goes. */
@Injectable()
export class SaveBranding {
  constructor(private readonly findBranding: FindBranding) {}

  /** Throws `validation_error` for an image at an address that is not https, and for a style sheet beyond the safe subset. */
  async execute(tx: WriteTx<TenantContext>, wanted: Partial<Branding>): Promise<Branding> {
    const { tenantId } = tx.ctx;
    await lockTenant(tx, tenantId);
    const before = await this.findBranding.find(tx);
    const names = (Object.keys(wanted) as (keyof Branding)[]).filter((name) => wanted[name] !== undefined && wanted[name] !== before[name]);
    if (names.length === 0) return before;
    const changes = Object.fromEntries(names.map((name) => [name, wanted[name]])) as Partial<Branding>;
    check(changes);
    const { supportEmail, supportPhone, ...branding } = changes;
    if (supportEmail !== undefined || supportPhone !== undefined)
      await tx.repository(Tenant).update({ id: tenantId }, { supportEmail, supportPhone });
    await tx.repository(TenantBranding).upsert(
      {
        ...branding,
        ...('logoUrl' in changes && { logoFile: null }),
        ...('faviconUrl' in changes && { faviconFile: null }),
        tenantId,
        updatedAt: () => 'now()',
      },
      ['tenantId'],
    );
    const after = await this.findBranding.find(tx);
    tx.audit(BrandingChanged, {
      target: { type: 'tenant', id: tenantId },
      before: recorded(before, names),
      after: recorded(after, names),
    });
    return after;
  }
}

function check({ logoUrl, faviconUrl, customCss }: Partial<Branding>): void {
  const insecure = (url: string | null | undefined): boolean => typeof url === 'string' && !url.startsWith('https://');
  const problem = customCss ? findCssProblem(customCss) : undefined;
  const errors = {
    ...(insecure(logoUrl) && { logo_url: ['Must be an https address, or the one this tenant has.'] }),
    ...(insecure(faviconUrl) && { favicon_url: ['Must be an https address, or the one this tenant has.'] }),
    ...(problem && { custom_css: [problem] }),
  };
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
}

/** For the trail, which keeps all it is told for good: of a style sheet its hash. */
const recorded = (branding: Branding, names: readonly (keyof Branding)[]): object =>
  Object.fromEntries(
    names.map((name) => {
      const value = branding[name];
      return name === 'customCss' && value ? ['customCssSha256', createHash('sha256').update(value).digest('hex')] : [name, value];
    }),
  );
