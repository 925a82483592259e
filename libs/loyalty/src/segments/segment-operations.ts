import { FindSegments } from './find-segments.query.js';
import { RefreshSegment } from './refresh-segment.operation.js';
import { SaveSegment } from './save-segment.operation.js';

/** What is done with segments, for the module. */
export const SEGMENT_OPERATIONS = [FindSegments, RefreshSegment, SaveSegment];
