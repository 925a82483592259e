import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { ACCESS_TOKEN_SECONDS, TENANT_PERMISSIONS } from '@tallystick/identity';
import { FindPrograms, LARGEST_BATCH } from '@tallystick/loyalty';
import { WebhookEndpoints } from '@tallystick/messaging';
import { BODY_LIMIT, LARGEST_PAGE, type Permits, type ReadTx } from '@tallystick/platform';
import { IMAGE_BYTES, TenantContextEndpoints, type ContextParts } from '@tallystick/tenancy';

const LIMITS = {
  page_size: LARGEST_PAGE,
  body_bytes: BODY_LIMIT,
  batch_items: LARGEST_BATCH,
  image_bytes: IMAGE_BYTES,
  access_token_seconds: ACCESS_TOKEN_SECONDS,
};

@ApiTags('Tenant')
@Controller('api/v1/tenant')
export class TenantContextController extends TenantContextEndpoints {
  constructor(
    private readonly programs: FindPrograms,
    private readonly webhooks: WebhookEndpoints,
  ) {
    super();
  }

  protected async partsOf(tx: ReadTx<TenantContext>, may: Permits): Promise<ContextParts> {
    const { programs } = await this.programs.list(tx, { status: 'active', limit: 100, offset: 0 });
    const webhooks = await this.webhooks.list(tx, { limit: 100 });
    return {
      features: { webhooks: webhooks.some(({ status }) => status === 'active') },
      products: programs.map(({ id, code, name, terms, scale, isDefault }) => ({
        id,
        code,
        name,
        currency: terms.currency,
        scale,
        is_default: isDefault,
      })),
      limits: LIMITS,
      permissions: TENANT_PERMISSIONS.filter(may),
    };
  }
}
