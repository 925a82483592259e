import { defineError } from '@tallystick/kernel';

export const SegmentInUse = defineError({
  code: 'segment_in_use',
  kind: 'conflict',
  message: 'Earning rules ask for this segment',
  advice: 'Archive the rules named in `errors.rules`, or take the segment out of them.',
});
