import { defineEvent, type EventDefinition } from '@tallystick/platform';

/** What is told of a member who came into a segment or left it. */
export interface SegmentMemberData {
  readonly member_id: string;
  readonly segment_id: string;
  readonly segment_code: string;
  readonly at: string;
}

const moved = (name: string, summary: string): EventDefinition<SegmentMemberData> =>
  defineEvent({
    name,
    summary,
    schema: {
      type: 'object',
      required: ['member_id', 'segment_id', 'segment_code', 'at'],
      properties: {
        member_id: { type: 'string', format: 'uuid' },
        segment_id: { type: 'string', format: 'uuid' },
        segment_code: { type: 'string' },
        at: { type: 'string', format: 'date-time' },
      },
    },
  });

export const MemberSegmentEntered = moved('member.segment_entered', 'A member came into a segment.');
export const MemberSegmentLeft = moved(
  'member.segment_left',
  'A member left a segment. Nothing is told when the segment itself is removed.',
);
