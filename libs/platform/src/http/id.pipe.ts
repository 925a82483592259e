import type { PipeTransform } from '@nestjs/common';
import { isUuid } from '@tallystick/kernel';
import { NotFound } from '../platform.errors.js';

/** For `@Param('id', IdPipe)`: what is no UUID names nothing, so it answers 404 `not_found` without asking the database. */
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isUuid(value)) throw NotFound.with();
    return value.toLowerCase();
  }
}
