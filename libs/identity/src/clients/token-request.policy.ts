import { InvalidClient, InvalidRequest, InvalidScope, UnsupportedGrantType } from '../identity.errors.js';

/** A well-formed request for a client's token. */
export interface TokenRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes asked for; undefined for all that the client has. */
  readonly scope?: readonly string[];
}

/** The parts of an HTTP request that a token endpoint looks at. */
export interface RawTokenRequest {
  readonly authorization: string | undefined;
  /** Parsed form or JSON. */
  readonly body: unknown;
  /** Parsed query string. */
  readonly query: object;
}

/** RFC 6749, 3.3: printable ASCII without quotes and backslashes, separated by single spaces. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * Reads a request for a token by client credentials (RFC 6749, 2.3.1, 3.2 and 4.4; OAU-02). Unknown parameters are ignored, empty ones
 * count as left out, as the standard says. Throws `invalid_request` for credentials in the query, a repeated parameter or two ways of
 * client authentication, `unsupported_grant_type`, `invalid_client` without credentials, `invalid_scope` for a malformed scope.
 */
export function readTokenRequest({ authorization, body, query }: RawTokenRequest): TokenRequest {
  if (Object.keys(query).length > 0) throw InvalidRequest.with({ message: 'Parameters belong into the body, not into the query' });
  const parameters = parametersOf(body);
  const credentials = credentialsOf(authorization, parameters);
  const grantType = parameters.get('grant_type');
  if (!grantType) throw InvalidRequest.with({ message: 'The parameter grant_type is missing' });
  if (grantType !== 'client_credentials') throw UnsupportedGrantType.with();
  if (!credentials) throw InvalidClient.with({ message: 'Client credentials are missing' });
  const scope = parameters.get('scope');
  if (scope !== undefined && !SCOPE.test(scope)) throw InvalidScope.with({ message: 'The scope is malformed' });
  return { ...credentials, ...(scope !== undefined && { scope: [...new Set(scope.split(' '))] }) };
}

function parametersOf(body: unknown): Map<string, string> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw InvalidRequest.with({ message: 'The parameters are missing' });
  const parameters = new Map<string, string>();
  for (const [name, value] of Object.entries(body)) {
    if (Array.isArray(value)) throw InvalidRequest.with({ message: 'A parameter is repeated' });
    if (typeof value !== 'string') throw InvalidRequest.with({ message: 'Every parameter must be a string' });
    if (value !== '') parameters.set(name, value);
  }
  return parameters;
}

type Credentials = Pick<TokenRequest, 'clientId' | 'clientSecret'>;

function credentialsOf(authorization: string | undefined, parameters: Map<string, string>): Credentials | undefined {
  const [clientId, clientSecret] = [parameters.get('client_id'), parameters.get('client_secret')];
  if (parameters.has('client_assertion')) throw InvalidClient.with({ message: 'Client assertions are not supported' });
  if (authorization === undefined) return clientId && clientSecret ? { clientId, clientSecret } : undefined;
  if (clientSecret) throw InvalidRequest.with({ message: 'Use one way of client authentication: the header or the body' });
  const basic = basicCredentials(authorization);
  if (clientId && clientId !== basic.clientId) throw InvalidRequest.with({ message: 'The client_id differs from that of the header' });
  return basic;
}

/** Both halves are form-encoded inside the header (RFC 6749, 2.3.1). */
function basicCredentials(authorization: string): Credentials {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  const [, clientId, clientSecret] = /^([^:]+):(.+)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (!clientId || !clientSecret) throw InvalidClient.with();
  try {
    return { clientId: formDecode(clientId), clientSecret: formDecode(clientSecret) };
  } catch {
    throw InvalidClient.with();
  }
}

const formDecode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
