import { Body, Get, Inject, Param, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import {
  Ctx,
  CursorQuery,
  Cursors,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  pageSizeOf,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { WebhookEndpoints } from '../endpoints/webhook-endpoints.query.js';
import { StartWebhookReplay } from './start-webhook-replay.operation.js';
import { StartWebhookReplayDto, WebhookReplayDto } from './webhook-replay.dto.js';
import { WebhookReplays } from './webhook-replays.query.js';

const LIST = 'webhook-replays';

/** How events are told once more, the same on both APIs; each app's controller of that name extends it. */
export abstract class WebhookReplaysEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Writes) private readonly writes: Writes;
  @Inject(Cursors) private readonly cursors: Cursors;
  @Inject(WebhookEndpoints) private readonly endpoints: WebhookEndpoints;
  @Inject(WebhookReplays) private readonly replays: WebhookReplays;
  @Inject(StartWebhookReplay) private readonly startReplay: StartWebhookReplay;

  @Post(':id/replays')
  @Endpoint({
    operationId: 'webhook_endpoints_replays_create',
    summary: 'Replay the events of a span of time to a webhook endpoint',
    description:
      'The worker makes them due, each under the `webhook-id` it always had: what failed or was missed, or with `undelivered_only: false` ' +
      'everything. Events of the last 90 days are there to be replayed.',
    permission: 'webhooks:write',
    status: 202,
    data: WebhookReplayDto,
    errors: [NotFound, InvalidState],
    bodyExample: { since: '2026-03-31T00:00:00Z' },
  })
  create(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: StartWebhookReplayDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 202,
      data: WebhookReplayDto.from(await this.startReplay.execute(tx, StartWebhookReplayDto.toOrder(id, body))),
    }));
  }

  @Get(':id/replays')
  @Endpoint({
    operationId: 'webhook_endpoints_replays_list',
    summary: 'List the replays of a webhook endpoint, newest first',
    permission: 'webhooks:read',
    data: [WebhookReplayDto],
    paging: 'cursor',
    errors: [NotFound],
  })
  async list(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Query() query: CursorQuery,
  ): Promise<WithMeta<WebhookReplayDto[]>> {
    const list = `${LIST} ${id}`;
    const last = this.cursors.read<{ id: string }>(ctx, list, query);
    const rows = await this.unitOfWork.read(ctx, async (tx) => {
      await this.endpoints.find(tx, id);
      return this.replays.list(tx, id, { before: last?.id, limit: pageSizeOf(query) + 1 });
    });
    return this.cursors.page(ctx, list, query, rows, (row) => ({ id: row.id }), WebhookReplayDto.from); // prettier-ignore
  }

  @Get(':id/replays/:replay_id')
  @Endpoint({
    operationId: 'webhook_endpoints_replays_retrieve',
    summary: 'Get a replay of a webhook endpoint',
    permission: 'webhooks:read',
    data: WebhookReplayDto,
    errors: [NotFound],
    params: { replay_id: { type: 'string', format: 'uuid' } },
  })
  async get(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Param('replay_id', IdPipe) replayId: string,
  ): Promise<WebhookReplayDto> {
    return WebhookReplayDto.from(await this.unitOfWork.read(ctx, (tx) => this.replays.find(tx, id, replayId)));
  }
}
