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

/** Looks into an SFTP drop: takes what is complete, and brings results back. */
export const pollFileDrop = defineJob<{ drop_id: string }>({
  name: 'poll-file-drop',
  summary: 'Takes complete files from an SFTP drop and brings results back',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['drop_id'],
    properties: { drop_id: { type: 'string', format: 'uuid' } },
  },
  attempts: 3,
  dedupe: ({ drop_id }) => drop_id,
});
