import { InvalidClient, InvalidRequest } from '../identity.errors.js';

/** What a client says of itself. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The parts of an HTTP request that an OAuth endpoint looks at. */
export interface RawClientRequest {
  readonly authorization: string | undefined;
  /** Parsed form or JSON. */
  readonly body: unknown;
  /** Parsed query string. */
  readonly query: object;
}

/** A request to an OAuth endpoint, taken apart. */
export interface ClientRequest {
  /** Undefined where none were sent. */
  readonly credentials: ClientCredentials | undefined;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads a request of a client to an OAuth endpoint (RFC 6749, 2.3.1 and 3.2; OAU-02). Unknown parameters are left alone, empty ones count
 * as left out, as the standard says. Throws `invalid_request` for parameters in the query, a repeated one or two ways of client
 * authentication, `invalid_client` for credentials that cannot be read.
 */
export function readClientRequest({ authorization, body, query }: RawClientRequest): ClientRequest {
  if (Object.keys(query).length > 0) throw InvalidRequest.with({ message: 'Parameters belong into the body, not into the query' });
  const parameters = parametersOf(body);
  return { credentials: credentialsOf(authorization, parameters), parameters };
}

/** The credentials of a request. Throws `invalid_client` where there are none. */
export function credentialsIn({ credentials }: ClientRequest): ClientCredentials {
  if (!credentials) throw InvalidClient.with({ message: 'Client credentials are missing' });
  return credentials;
}

/** A parameter that must be there. Throws `invalid_request`. */
export function parameterIn({ parameters }: ClientRequest, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw InvalidRequest.with({ message: `The parameter ${name} is missing` });
  return value;
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

function credentialsOf(authorization: string | undefined, parameters: Map<string, string>): ClientCredentials | undefined {
  const [clientId, clientSecret] = [parameters.get('client_id'), parameters.get('client_secret')];
  if (parameters.has('client_assertion')) throw InvalidClient.with({ message: 'Client assertions are not supported' });
  if (authorization === undefined) return clientId && clientSecret ? { clientId, clientSecret } : undefined;
  if (clientSecret) throw InvalidRequest.with({ message: 'Use one way of client authentication: the header or the body' });
  const basic = basicCredentials(authorization);
  if (clientId && clientId !== basic.clientId) throw InvalidRequest.with({ message: 'The client_id differs from that of the header' });
  return basic;
}

/** Both halves are form-encoded inside the header (RFC 6749, 2.3.1). */
function basicCredentials(authorization: string): ClientCredentials {
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
