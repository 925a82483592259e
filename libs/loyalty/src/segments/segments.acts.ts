import { defineAct } from '@tallystick/platform';

export const SegmentCreated = defineAct({ name: 'segment.created', description: 'A segment of members was defined' });
export const SegmentUpdated = defineAct({ name: 'segment.updated', description: 'A segment of members was changed' });
export const SegmentDeleted = defineAct({ name: 'segment.deleted', description: 'A segment of members was removed' });
