import { defineEvent } from '@tallystick/platform';
import { MEMBER_STATUSES, type MemberStatus } from './member-status.policy.js';

const uuid = { type: 'string', format: 'uuid' };
const status = { enum: [...MEMBER_STATUSES] };

/** Which fields changed, without their values: those are read where the reader may. */
export const MemberUpdated = defineEvent<{ readonly id: string; readonly fields: readonly string[] }>({
  name: 'member.updated',
  summary: 'What is known of a member changed; `fields` names what, `GET /members/{id}` shows it.',
  schema: {
    type: 'object',
    required: ['id', 'fields'],
    properties: { id: uuid, fields: { type: 'array', items: { type: 'string' } } },
  },
});

export const MemberStatusChanged = defineEvent<{ readonly id: string; readonly from: MemberStatus; readonly to: MemberStatus }>({
  name: 'member.status_changed',
  summary: 'A member was suspended, blocked, reinstated or the like.',
  schema: { type: 'object', required: ['id', 'from', 'to'], properties: { id: uuid, from: status, to: status } },
});

export const MemberMerged = defineEvent<{ readonly id: string; readonly into: string }>({
  name: 'member.merged',
  summary: 'A member was merged into another, who goes on for both.',
  schema: { type: 'object', required: ['id', 'into'], properties: { id: uuid, into: uuid } },
});

/** Whoever keeps something of the member forgets it (C9.6). */
export const MemberErasedEvent = defineEvent<{ readonly id: string }>({
  name: 'member.erased',
  summary: 'A person was erased: forget what you keep of this member.',
  schema: { type: 'object', required: ['id'], properties: { id: uuid } },
});
