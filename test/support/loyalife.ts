import type { ProgramTerms } from '@tallystick/loyalty';
import { startPublicApi, type PublicApi } from './public-api.js';
import type { CreatedApiClient } from '@tallystick/identity';

/** What the envelope of the Loyalife dialect holds. */
export interface LoyalifeEnvelope<Data = unknown> {
  readonly IsSucessful: boolean;
  readonly ErrorCode: string;
  readonly ExceptionMessage: string;
  readonly ReturnObject: Data;
  readonly Count: number;
}

/** An answer in it, taken out of `results` where it was wrapped. */
export interface LoyalifeSaid<Data = unknown> {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly text: string;
  readonly body: LoyalifeEnvelope<Data>;
}

/** How a caller sends a body. */
export type LoyalifeCall = <Data = unknown>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<LoyalifeSaid<Data>>;

/** A running public API with a program whose points are taken first in, first out, called as Loyalife's clients call. */
export interface LoyalifeApi {
  readonly api: PublicApi;
  /** Without a token. */
  readonly bare: LoyalifeCall;
  /** With the token of the integrator, or of another client. */
  readonly call: LoyalifeCall;
  as(client: CreatedApiClient, scope?: string): Promise<LoyalifeCall>;
}

/** The two families of addresses: what stands before the operation's name, and how the answer is wrapped. */
export const isWrapped = (path: string): boolean => path.startsWith('/lbms-ingress/');

/** Starts the public API for the dialect. */
export async function startLoyalife(terms: Partial<ProgramTerms> = {}, scale = 0): Promise<LoyalifeApi> {
  const api = await startPublicApi({ consumption_order: 'fifo', ...terms }, scale);
  const bare: LoyalifeCall = async (method, path, body, headers = {}) => {
    const answer = await api.app.nest.inject({
      method: method as 'GET',
      url: path,
      headers,
      ...(body !== undefined && { payload: body as object }),
    });
    const parsed = answer.json<{ results?: LoyalifeEnvelope }>();
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string | undefined>,
      text: answer.body,
      body: (isWrapped(path) ? parsed.results : parsed) as LoyalifeEnvelope<never>,
    };
  };
  const as = async ({ clientId, clientSecret }: CreatedApiClient, scope?: string): Promise<LoyalifeCall> => {
    const request = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
    const { body, text } = await bare<{ token: string }>('POST', '/oauth/Auth/Token', request);
    if (body.ErrorCode !== '000') throw new Error(`no token: ${text}`);
    return (method, path, given, headers) => bare(method, path, given, { authorization: `Bearer ${body.ReturnObject.token}`, ...headers });
  };
  return { api, bare, as, call: await as(api.integrator) };
}
