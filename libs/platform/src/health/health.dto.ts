import { Choice, Moment, Text } from '../http/contract/fields.js';
import { Words } from '../http/contract/composite-fields.js';
import type { BuildInfo } from './build-info.js';

/** The process lives. */
export class LiveDto {
  @Choice(['ok']) status: 'ok';
}

/** The process and all it needs work. */
export class ReadyDto {
  @Choice(['ready']) status: 'ready';
  @Words({ max: 20, description: 'The parts that were asked.', example: ['database'] }) checked: string[];
}

/** What is running. */
export class VersionDto implements BuildInfo {
  @Text({ max: 50, example: '1.4.0' }) version: string;
  @Text({ max: 64, nullable: true, example: '9f2c1d7e' }) commit: string | null;
  @Moment({ nullable: true }) built_at: string | null;
  @Text({ nullable: true, description: 'The newest migration of this build.', example: '1764000000300-outbox' }) schema_version:
    string | null;
}
