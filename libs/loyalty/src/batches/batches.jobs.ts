import { defineJob } from '@tallystick/platform';

/** Posts what a client has put into the queue. */
export const postQueuedBatch = defineJob<{ batch_id: string }>({
  name: 'post-queued-batch',
  summary: 'Posts the transactions of a batch that was accepted before it was counted',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['batch_id'],
    properties: { batch_id: { type: 'string', format: 'uuid' } },
  },
  attempts: 20,
  dedupe: ({ batch_id }) => batch_id,
});
