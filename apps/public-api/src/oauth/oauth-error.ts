import type { DomainError, ErrorKind } from '@tallystick/kernel';

/** What other refusals than those of RFC 6749 are called here; the rest is `invalid_request`. */
const NAMES: Partial<Record<ErrorKind, string>> = {
  internal: 'server_error',
  unavailable: 'temporarily_unavailable',
  throttled: 'temporarily_unavailable',
};

const OWN: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'network_not_allowed',
]);

/** The body of an error of an OAuth endpoint (RFC 6749, 5.2; RFC 7009 and 7662 take it over). `network_not_allowed` is our addition. */
export const oauthError = ({ definition: { code, kind }, message }: DomainError): { error: string; error_description: string } => ({
  error: OWN.has(code) ? code : (NAMES[kind] ?? 'invalid_request'),
  error_description: message.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, ' '),
});
