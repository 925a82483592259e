import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { inspectImage, ValidationFailed, type Upload, type WriteTx } from '@tallystick/platform';
import { BrandingChanged } from '../tenancy.acts.js';
import { lockTenant } from '../tenants/lock-tenant.js';
import { BrandFiles, type BrandImage } from './brand-files.js';
import { TenantBranding } from './branding.entity.js';
import { FindBranding, type Branding } from './find-branding.query.js';

/** Bytes that an uploaded image may have. */
export const IMAGE_BYTES = 512 * 1024;

/** Pixels that an image may be wide or high: a favicon is small, a logo may stand on a wide screen. */
export const LARGEST_SIDE: Readonly<Record<BrandImage, number>> = { logo: 2_048, favicon: 512 };

/**
 * Takes an uploaded image as the tenant's logo or favicon, in place of the one before. What it is, its bytes say; they are kept as they came.
 * Throws `validation_error` for what is not a whole PNG, JPEG or WebP image within the bounds.
 */
@Injectable()
export class SetBrandImage {
  constructor(
    private readonly files: BrandFiles,
    private readonly findBranding: FindBranding,
  ) {}

  async execute(tx: WriteTx<TenantContext>, image: BrandImage, { bytes, sha256 }: Upload): Promise<Branding> {
    const facts = inspectImage(bytes, { maxSide: LARGEST_SIDE[image] });
    if (typeof facts === 'string') throw ValidationFailed.with({ errors: { file: [facts] } });
    const { tenantId } = tx.ctx;
    await lockTenant(tx, tenantId);
    const row = await tx.repository(TenantBranding).findOneBy({ tenantId });
    const before = await this.findBranding.find(tx);
    const name = `${sha256}.${facts.extension}`;
    await this.files.replace(
      tx,
      [row?.logoFile, row?.faviconFile].filter((file) => typeof file === 'string'),
      name,
      bytes,
    );
    await tx
      .repository(TenantBranding)
      .upsert({ tenantId, [`${image}File`]: name, [`${image}Url`]: null, updatedAt: () => 'now()' }, ['tenantId']);
    const after = await this.findBranding.find(tx);
    const url = `${image}Url` as const;
    if (before[url] === after[url]) return after;
    tx.audit(BrandingChanged, {
      target: { type: 'tenant', id: tenantId },
      before: { [url]: before[url] },
      after: { [url]: after[url], type: facts.type, width: facts.width, height: facts.height, bytes: bytes.length },
    });
    return after;
  }
}
