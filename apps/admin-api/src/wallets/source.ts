import type { Source } from '@tallystick/loyalty';
import type { WriteRequest } from '@tallystick/platform';

/** How a fact that staff post reached us. */
export const sourceOf = (request: WriteRequest): Source => ({ channel: 'admin', requestId: request.requestId });
