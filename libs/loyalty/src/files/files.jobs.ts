import { defineJob } from '@tallystick/platform';

const NOTHING = { type: 'object', additionalProperties: false, properties: {} };

/** Works off a tenant's files, one after the other, for some seconds at a time: so that those of other tenants take their turn. */
export const processFiles = defineJob<object>({
  name: 'process-files',
  summary: "Works off a tenant's files for some seconds",
  schema: NOTHING,
  attempts: 8,
  dedupe: () => 'files',
});
