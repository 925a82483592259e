import { defineEvent } from '@tallystick/platform';
import { ROW_TYPES } from './file-format.policy.js';

const count = { type: 'integer', minimum: 0 };

/** What is told of a file that needs no more work. */
export interface FileProcessedData {
  readonly file_id: string;
  readonly name: string;
  readonly type: string;
  readonly status: 'completed' | 'refused';
  readonly code: string | null;
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

export const FileProcessed = defineEvent<FileProcessedData>({
  name: 'file.processed',
  summary: 'A file was worked off, or refused as a whole',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['file_id', 'name', 'type', 'status', 'code', 'rows', 'accepted', 'duplicates', 'rejected'],
    properties: {
      file_id: { type: 'string', format: 'uuid' },
      name: { type: 'string', maxLength: 255 },
      type: { enum: [...ROW_TYPES] },
      status: { enum: ['completed', 'refused'] },
      code: { type: ['string', 'null'] },
      rows: count,
      accepted: count,
      duplicates: count,
      rejected: count,
    },
  },
});

/** What is told when a drop is no longer polled. */
export interface FileDropStoppedData {
  readonly file_drop_id: string;
  readonly name: string;
  readonly reason: 'host_key_changed';
}

export const FileDropStoppedEvent = defineEvent<FileDropStoppedData>({
  name: 'file_drop.stopped',
  summary: 'An SFTP drop is no longer polled, because its server shows another host key than the one it was set up with',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['file_drop_id', 'name', 'reason'],
    properties: {
      file_drop_id: { type: 'string', format: 'uuid' },
      name: { type: 'string', maxLength: 100 },
      reason: { enum: ['host_key_changed'] },
    },
  },
});
