import { defineEvent } from '@tallystick/platform';

/** What is told of a trail that was found sound: enough for a listener to keep, and to hold against the trail at any later time. */
export interface VerifiedAuditLog {
  readonly records: string;
  readonly hash: string;
}

export const AuditLogVerified = defineEvent<VerifiedAuditLog>({
  name: 'audit_log.verified',
  summary: 'The audit log was checked from its first record to its last; keep the hash, which stands for all of them.',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      records: { type: 'string', pattern: '^[0-9]{1,19}$', description: 'The number of the last record.' },
      hash: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'Its hash.' },
    },
    required: ['records', 'hash'],
  },
});
