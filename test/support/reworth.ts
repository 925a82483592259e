import type { TenantContext } from '@tallystick/kernel';
import type { CreatedApiClient } from '@tallystick/identity';
import { DecideInstitution, RequestInstitution } from '@tallystick/offers';
import type { NewTenant } from '@tallystick/tenancy';
import { startPublicApi, type PublicApi } from './public-api.js';

/** An answer of the REWORTH dialect. */
export interface ReworthSaid<Data = unknown> {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly text: string;
  readonly body: {
    readonly success: boolean;
    readonly status?: number;
    readonly error?: string;
    readonly message: string | null;
    readonly data: Data;
  } & Record<string, unknown>;
}

/** Calls below `/reworth/v1`. */
export type ReworthCall = <Data = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ReworthSaid<Data>>;

/** A running public API of an approved institution, called as REWORTH's clients call. */
export interface ReworthApi {
  readonly api: PublicApi;
  /** Without a token. */
  readonly guest: ReworthCall;
  /** With the token of the integrator. */
  readonly call: ReworthCall;
  readonly token: string;
  /** What `POST /auth` answers to a client. */
  authenticate(client?: Pick<CreatedApiClient, 'clientId' | 'clientSecret'>): Promise<ReworthSaid<{ jwt: string }>>;
  /** The status and the name of the error of an answer. */
  told(answer: Promise<ReworthSaid>): Promise<[number, string | undefined]>;
}

/** Has the platform approve a tenant as a financial institution. */
export async function approveInstitution({ app, uow }: Pick<PublicApi, 'app' | 'uow'>, ctx: TenantContext): Promise<void> {
  const contact = { name: 'Asha Rao', email: 'asha@bank.example', phone: null };
  await uow.run(ctx, async (tx) => {
    await app.nest.get(RequestInstitution, { strict: false }).execute(tx, { country: 'MX', contact });
    await app.nest.get(DecideInstitution, { strict: false }).execute(tx, { status: 'approved' });
  });
}

/** Lets a test speak the dialect on a running public API, whose integrator's tenant it has approved. */
export async function speakReworth(api: PublicApi): Promise<ReworthApi> {
  await approveInstitution(api, api.integrator.ctx);
  const guest: ReworthCall = async (method, path, body, headers = {}) => {
    const answer = await api.app.nest.inject({
      method: method as 'GET',
      url: `/reworth/v1${path}`,
      headers,
      ...(body !== undefined && { payload: body as object }),
    });
    return { status: answer.statusCode, headers: answer.headers as never, text: answer.body, body: answer.json() };
  };
  const authenticate: ReworthApi['authenticate'] = ({ clientId: key, clientSecret: secret } = api.integrator) =>
    guest('POST', '/auth', { key, secret });
  const { jwt } = (await authenticate()).body.data;
  return {
    api,
    guest,
    call: (method, path, body, headers = {}) => guest(method, path, body, { authorization: `Bearer ${jwt}`, ...headers }),
    token: jwt,
    authenticate,
    async told(answer) {
      const { status, body } = await answer;
      if (
        !body.success &&
        (body.status !== status || body.data !== null || Object.keys(body).join() !== 'success,status,error,message,data')
      )
        throw new Error(`not the envelope of a failure: ${JSON.stringify(body)}`);
      return [status, body.error];
    },
  };
}

/** Starts the public API for the dialect. */
export const startReworth = async (tenant: Partial<NewTenant> = {}): Promise<ReworthApi> =>
  speakReworth(await startPublicApi({}, 2, tenant));
