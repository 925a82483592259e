import { ParseFailed } from '../platform.errors.js';
import { isBrokenText } from './json-body.js';

/** Refuses a URL whose escapes are malformed, are not UTF-8 or spell NUL (ERR-03); throws `parse_error`. */
export function checkUrl(url: string): void {
  if (!url.includes('%')) return;
  let decoded: string;
  try {
    decoded = decodeURIComponent(url);
  } catch {
    throw malformed();
  }
  if (isBrokenText(decoded)) throw malformed();
}

const malformed = (): Error => ParseFailed.with({ message: 'The URL is malformed' });
