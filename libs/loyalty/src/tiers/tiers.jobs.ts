import { defineJob } from '@tallystick/platform';

/** After a change of a program's tiers: every member is looked at again. */
export const reviewTiers = defineJob<{ program_id: string }>({
  name: 'review-tiers',
  summary: 'Looks at every member of a program again after its tiers have changed',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['program_id'],
    properties: { program_id: { type: 'string', format: 'uuid' } },
  },
  attempts: 10,
  dedupe: ({ program_id }) => program_id,
});
