import { defineJob } from '@tallystick/platform';

/** Who was erased; what named them is sealed, for it is what must not be kept. */
export interface ForgetOrder {
  readonly member_id: string;
  readonly sealed: string;
}

/** Goes through what is too much for the request that erases somebody. */
export const forgetErased = defineJob<ForgetOrder>({
  name: 'forget-erased',
  summary: 'Empties the kept answers that name somebody who was erased, and blacks out their lines in kept files',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['member_id', 'sealed'],
    properties: { member_id: { type: 'string', format: 'uuid' }, sealed: { type: 'string' } },
  },
  attempts: 8,
});
