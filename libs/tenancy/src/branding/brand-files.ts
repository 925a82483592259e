import { Inject, Injectable } from '@nestjs/common';
import { isUuid, type TenantContext } from '@tallystick/kernel';
import { CONFIG, FileStore, type Config, type FilePlace, type WriteTx } from '@tallystick/platform';

/** What an image is to its tenant. */
export type BrandImage = 'logo' | 'favicon';

/** Where both APIs serve uploaded images. */
export const BRAND_FILES_PATH = 'api/v1/brand-files';

const NAME = /^[0-9a-f]{64}\.(png|jpg|webp)$/;
const TYPES: Readonly<Record<string, string>> = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' };

/** An uploaded image as it is served. */
export interface ServedImage {
  readonly bytes: Buffer;
  readonly type: string;
}

/** The images that tenants have uploaded. Their names are the hashes of their bytes, so that an address never changes what it shows. */
@Injectable()
export class BrandFiles {
  private readonly base: string;

  constructor(
    private readonly files: FileStore,
    @Inject(CONFIG) { publicUrl }: Config,
  ) {
    this.base = `${publicUrl}/${BRAND_FILES_PATH}`;
  }

  /** The address of a file on the public API. */
  urlOf(tenantId: string, name: string): string {
    return `${this.base}/${tenantId}/${name}`;
  }

  /** The image of that name, or undefined when there is none. */
  async find(tenantId: string, name: string): Promise<ServedImage | undefined> {
    if (!isUuid(tenantId) || !NAME.test(name)) return undefined;
    const bytes = await this.files.read(placeOf(tenantId), name);
    return bytes && { bytes, type: TYPES[name.split('.')[1]!]! };
  }

  /**
   * Keeps a file and lets go of all that are not in `used`. Only under the lock of `lockTenant`, for a file of another upload that has not
   * committed is in no row yet. A transaction that fails leaves a file behind, which the next upload removes.
   */
  async replace(tx: WriteTx<TenantContext>, used: readonly string[], name: string, bytes: Buffer): Promise<void> {
    const place = placeOf(tx.ctx.tenantId);
    await this.files.keepOnly(place, [...used, name]);
    await this.files.write(place, name, bytes);
  }
}

const placeOf = (tenantId: string): FilePlace => ({ tenantId, area: 'branding' });
