import type { NetworkRequestView } from '@tallystick/identity';
import { Nested, Text, Uuid } from '@tallystick/platform';
import { NetworkAllowlistEntryDto } from '../tenant/network-allowlist.dto.js';

export class ApproveNetworkDto {
  @Text({ optional: true, max: 1_000, description: 'A word to the tenant.', example: 'Checked against the contract.' })
  reason?: string;
}

export class RejectNetworkDto {
  @Text({ max: 1_000, description: 'Why, for the tenant.', example: 'This is the network of a public cloud: name your own addresses.' })
  reason: string;
}

/** Whose request it is. */
export class RequestingTenantDto {
  @Uuid()
  id: string;

  @Text({ max: 63, example: 'demo' })
  slug: string;

  @Text({ max: 200, example: 'Demo Bank' })
  name: string;
}

/** A tenant's request as the platform sees it. */
export class NetworkRequestDto extends NetworkAllowlistEntryDto {
  @Nested(() => RequestingTenantDto)
  tenant: RequestingTenantDto;

  @Uuid({ description: 'The person who asked.' })
  requested_by: string;

  static of(view: NetworkRequestView): NetworkRequestDto {
    return {
      ...NetworkAllowlistEntryDto.from(view),
      tenant: { id: view.tenantId, slug: view.tenantSlug, name: view.tenantName },
      requested_by: view.requestedBy,
    };
  }
}
