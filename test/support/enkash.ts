import type { CreatedApiClient } from '@tallystick/identity';
import type { PublicApi } from './public-api.js';

/** An answer of the EnKash dialect: with `response_code` and `response_message`, or `code` and `message`. */
export interface EnkashSaid<Payload = unknown> {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly body: {
    readonly payload: Payload;
    readonly response_code?: number;
    readonly response_message?: string;
    readonly code?: number;
    readonly message?: string;
  };
}

/** An answer of the token call. */
export interface EnkashToken {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly error?: string;
}

/** Calls as a partner of EnKash calls. */
export interface EnkashApi {
  token(form: Record<string, string>, client?: CreatedApiClient): Promise<{ status: number; body: EnkashToken }>;
  call<Payload = unknown>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<EnkashSaid<Payload>>;
}

/** Lets a test speak the dialect on a running public API, with a token of its integrator. */
export async function speakEnkash(api: PublicApi): Promise<EnkashApi> {
  const token: EnkashApi['token'] = async (form, { clientId, clientSecret } = api.integrator) => {
    const answer = await api.app.nest.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams(form).toString(),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  const { clientId, clientSecret } = api.integrator;
  const { body } = await token({ grant_type: 'password', username: clientId, password: clientSecret, clientId });
  return {
    token,
    async call(method, path, given, headers = {}) {
      const answer = await api.app.nest.inject({
        method: method as 'GET',
        url: `/api/v0${path}`,
        headers: { authorization: `Bearer ${body.access_token}`, partnerid: clientId, ...headers },
        ...(given && { payload: given }),
      });
      return { status: answer.statusCode, headers: answer.headers as Record<string, string | undefined>, body: answer.json() };
    },
  };
}
