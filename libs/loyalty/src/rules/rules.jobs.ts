import { defineJob } from '@tallystick/platform';

/** Replays a version of an earning rule over past purchases for some seconds, and asks for the rest behind the work of others. */
export const replayRule = defineJob<{ replay_id: string }>({
  name: 'replay-rule',
  summary: 'Replays a version of an earning rule over past purchases',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['replay_id'],
    properties: { replay_id: { type: 'string', format: 'uuid' } },
  },
  attempts: 5,
  dedupe: ({ replay_id }) => replay_id,
});
