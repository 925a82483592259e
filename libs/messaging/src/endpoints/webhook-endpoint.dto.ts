import { Choice, Integer, Moment, Text, Uuid, Words } from '@tallystick/platform';
import type { NewWebhookEndpoint } from './create-webhook-endpoint.operation.js';
import type { WebhookEndpointChange } from './update-webhook-endpoint.operation.js';
import { ENDPOINT_KINDS, type WebhookEndpoint } from './webhook-endpoint.js';

const STATUSES = ['active', 'disabled'] as const;
const EVENT_TYPES = {
  min: 1,
  max: 100,
  description: 'Names of the events to be told of; `points.*` for all that begin so; or `*` alone for all, those of later releases too.',
  example: ['points.earned', 'points.redeemed'],
};
const URL_FIELD = {
  max: 2_048,
  description: 'Where events are posted to: https, port 443 or 8443, a public address. Redirects are not followed.',
  example: 'https://hooks.example.com/tallystick',
};
const DESCRIPTION = { max: 500, description: 'For people.', example: 'Core banking, production' };

export class CreateWebhookEndpointDto {
  @Text(URL_FIELD)
  url: string;

  @Words(EVENT_TYPES)
  event_types: string[];

  @Text({ ...DESCRIPTION, optional: true })
  description?: string;

  static toInput({ url, event_types, description }: CreateWebhookEndpointDto): NewWebhookEndpoint {
    return { url, eventTypes: event_types, description };
  }
}

export class UpdateWebhookEndpointDto {
  @Text({ ...URL_FIELD, optional: true })
  url?: string;

  @Words({ ...EVENT_TYPES, optional: true })
  event_types?: string[];

  @Text({ ...DESCRIPTION, optional: true, nullable: true })
  description?: string | null;

  @Choice(STATUSES, {
    optional: true,
    description: '`disabled` stops deliveries, and events from then on are not kept for the endpoint; `active` goes on with what waits.',
    example: 'active',
  })
  status?: (typeof STATUSES)[number];

  static toChange({ url, event_types, description, status }: UpdateWebhookEndpointDto): WebhookEndpointChange {
    return { url, eventTypes: event_types, description, status };
  }
}

/** The longest time that two secrets sign, in seconds: a week. */
const LONGEST_OVERLAP = 604_800;
/** A day. */
export const USUAL_OVERLAP = 86_400;

export class RotateWebhookSecretDto {
  @Integer({
    min: 0,
    max: LONGEST_OVERLAP,
    optional: true,
    description: 'How long the present secret signs beside the new one; a day when left out, 0 ends it at once.',
    example: USUAL_OVERLAP,
  })
  overlap_seconds?: number;
}

/** Where a tenant is told of events. */
export class WebhookEndpointDto {
  @Uuid()
  id: string;

  @Choice(ENDPOINT_KINDS, {
    description:
      '`standard` by Standard Webhooks; `reworth` the data alone, with the headers of the REWORTH system beside the standard ones.',
    example: 'standard',
  })
  kind: string;

  @Text({ max: 50, nullable: true, description: 'What a dialect keeps it for; null for those registered here.', example: null })
  purpose: string | null;

  @Text(URL_FIELD)
  url: string;

  @Words(EVENT_TYPES)
  event_types: readonly string[];

  @Text({ ...DESCRIPTION, nullable: true })
  description: string | null;

  @Choice(STATUSES, { example: 'active' })
  status: string;

  @Choice(['request', 'gone', 'failing'], {
    nullable: true,
    description: 'Why it is disabled: by request, because the receiver answered 410, or because it failed for five days.',
    example: null,
  })
  disabled_reason: string | null;

  @Moment({ nullable: true, description: 'Until when the secret before signs as well; null when only one signs.', example: null })
  previous_secret_expires_at: string | null;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from(endpoint: WebhookEndpoint): WebhookEndpointDto {
    const { id, kind, purpose, url, eventTypes, description, status, disabledReason, createdAt, updatedAt } = endpoint;
    return {
      id,
      kind,
      purpose,
      url,
      event_types: eventTypes,
      description,
      status,
      disabled_reason: disabledReason,
      previous_secret_expires_at: endpoint.previousSecretExpiresAt?.toISOString() ?? null,
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    };
  }
}

/** An endpoint with the new secret that signs what is sent to it: shown this once. */
export class CreatedWebhookEndpointDto extends WebhookEndpointDto {
  @Text({
    pattern: /^whsec_[A-Za-z0-9+/]+=*$/,
    max: 100,
    description: 'Verifies the `webhook-signature` of each delivery (Standard Webhooks). Shown once: keep it where secrets are kept.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  secret: string;
}
