import { defineJob } from '@tallystick/platform';

/** Takes the cashback of confirmed windows off customers' accounts, where there was too much of it for one transaction. */
export const disperseWindows = defineJob<object>({
  name: 'disperse-windows',
  summary: 'Books the confirmed windows of a tenant as handed on to customers',
  schema: { type: 'object', additionalProperties: false, properties: {} },
  attempts: 8,
  dedupe: () => 'windows',
});
