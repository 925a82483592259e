import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * SHA-256, in hex, of a JSON value in canonical form (RFC 8785): the same whatever the order of members or the white space (C5.2).
 */
export const fingerprint = (value: unknown): string =>
  createHash('sha256')
    .update((canonicalize as unknown as (value: unknown) => string | undefined)(value) ?? 'null')
    .digest('hex');
