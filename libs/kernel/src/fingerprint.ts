import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** A JSON value as text in canonical form (RFC 8785): the same bytes whatever the order of members. */
export const canonicalJson = (value: unknown): string =>
  (canonicalize as unknown as (value: unknown) => string | undefined)(value) ?? 'null';

/**
 * SHA-256, in hex, of a JSON value in canonical form (RFC 8785): the same whatever the order of members or the white space (C5.2).
 */
export const fingerprint = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
