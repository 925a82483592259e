import { InvalidScope, UnsupportedGrantType } from '../identity.errors.js';
import { credentialsIn, parameterIn, readClientRequest, type ClientCredentials, type RawClientRequest } from './client-request.policy.js';

/** A well-formed request for a client's token. */
export interface TokenRequest extends ClientCredentials {
  /** The scopes asked for; undefined for all that the client has. */
  readonly scope?: readonly string[];
}

/** RFC 6749, 3.3: printable ASCII without quotes and backslashes, separated by single spaces. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * Reads a request for a token by client credentials (RFC 6749, 4.4; OAU-02). Throws what `readClientRequest` throws,
 * `unsupported_grant_type`, `invalid_client` without credentials, `invalid_scope` for a malformed scope.
 */
export function readTokenRequest(raw: RawClientRequest): TokenRequest {
  const request = readClientRequest(raw);
  if (parameterIn(request, 'grant_type') !== 'client_credentials') throw UnsupportedGrantType.with();
  const credentials = credentialsIn(request);
  const scope = request.parameters.get('scope');
  if (scope !== undefined && !SCOPE.test(scope)) throw InvalidScope.with({ message: 'The scope is malformed' });
  return { ...credentials, ...(scope !== undefined && { scope: [...new Set(scope.split(' '))] }) };
}
