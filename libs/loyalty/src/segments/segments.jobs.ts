import { defineJob } from '@tallystick/platform';

/** After a segment was saved: it is computed at once. */
export const refreshSegment = defineJob<{ segment_id: string }>({
  name: 'refresh-segment',
  summary: 'Computes a segment that was saved',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['segment_id'],
    properties: { segment_id: { type: 'string', format: 'uuid' } },
  },
  attempts: 10,
  dedupe: ({ segment_id }) => segment_id,
});
