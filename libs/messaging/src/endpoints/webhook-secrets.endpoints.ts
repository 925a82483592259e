import { Body, Delete, Inject, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Ctx,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { RemovePreviousWebhookSecret } from './remove-previous-webhook-secret.operation.js';
import { RotateWebhookSecret } from './rotate-webhook-secret.operation.js';
import { CreatedWebhookEndpointDto, RotateWebhookSecretDto, USUAL_OVERLAP, WebhookEndpointDto } from './webhook-endpoint.dto.js';

/** How signing secrets are changed, the same on both APIs; each app's controller of that name extends it. */
export abstract class WebhookSecretsEndpoints {
  @Inject(Writes) private readonly writes: Writes;
  @Inject(RotateWebhookSecret) private readonly rotateSecret: RotateWebhookSecret;
  @Inject(RemovePreviousWebhookSecret) private readonly removePreviousSecret: RemovePreviousWebhookSecret;

  @Post(':id/secret')
  @Endpoint({
    operationId: 'webhook_endpoints_secret_create',
    summary: 'Give a webhook endpoint a new signing secret',
    description:
      'The answer shows it, this once. For `overlap_seconds` every try carries a signature by either secret, so that the receiver can be ' +
      'changed over meanwhile. While two sign, no third is made with an overlap.',
    permission: 'webhooks:write',
    status: 201,
    data: CreatedWebhookEndpointDto,
    errors: [NotFound, InvalidState],
  })
  rotate(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { overlap_seconds: overlapSeconds = USUAL_OVERLAP }: RotateWebhookSecretDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const { secret, ...endpoint } = await this.rotateSecret.execute(tx, { id, overlapSeconds });
      return { status: 201, data: { ...WebhookEndpointDto.from(endpoint), secret }, secret: true };
    });
  }

  @Delete(':id/previous-secret')
  @Endpoint({
    operationId: 'webhook_endpoints_previous_secret_destroy',
    summary: 'End the former signing secret of a webhook endpoint before its time',
    permission: 'webhooks:write',
    data: WebhookEndpointDto,
    errors: [NotFound, InvalidState],
  })
  removePrevious(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Param('id', IdPipe) id: string): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: WebhookEndpointDto.from(await this.removePreviousSecret.execute(tx, id)),
    }));
  }
}
