import { Integer, Nested, Text } from '@tallystick/platform';
import { WindowProblemDto } from './window.dto.js';

/** What a check of all windows found. */
export class WindowVerificationDto {
  @Integer({ min: 0, max: 2_147_483_647, description: 'Windows that are as they were closed, from the first on.', example: 12 })
  windows: number;

  @Text({ max: 64, description: 'The hash of the last of those.', example: '3f1c9a'.padEnd(64, '0') })
  hash: string;

  @Nested(() => WindowProblemDto, { nullable: true, description: 'The first window that is wrong, and how.' })
  problem: WindowProblemDto | null;
}
