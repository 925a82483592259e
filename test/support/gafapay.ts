import { Money } from '@tallystick/kernel';
import { currencyAssetId } from '@tallystick/ledger';
import { CashConfigs, cashWalletId, Funds, type CashConfig, type CashTerms } from '@tallystick/loyalty';
import { startPublicApi, type PublicApi } from './public-api.js';

/** What the envelope of the GafaPay dialect holds. */
export interface GafapaySaid {
  readonly status: number;
  readonly success: number;
  readonly error: readonly { readonly code: string; readonly message: string }[];
  readonly data: Record<string, unknown>;
}

/** A user of the dialect: a member with points, and a token of their own. */
export interface GafapayUser {
  readonly memberId: string;
  readonly userId: string;
  readonly walletId: string;
  readonly token: string;
}

/** Calls as a client of GafaPay calls. */
export type GafapayCall = (
  method: string,
  path: string,
  given?: { body?: object; token?: string; headers?: Record<string, string> },
) => Promise<GafapaySaid>;

export const hex = (id: string): string => id.replaceAll('-', '');

/** A running public API of a company that redeems points to US dollars, called as GafaPay's clients call. */
export interface GafapayApi {
  readonly api: PublicApi;
  readonly call: GafapayCall;
  readonly companyId: string;
  readonly currencyId: string;
  configure(terms?: Partial<CashTerms>): Promise<CashConfig>;
  deposit(amount: string): Promise<unknown>;
  user(reference: string, points?: number): Promise<GafapayUser>;
  /** The body of a redemption. */
  order(user: GafapayUser, rest?: object): Record<string, unknown>;
}

const get = <T>({ app }: PublicApi, token: abstract new (...args: never[]) => T): T => app.nest.get(token as never, { strict: false });

/** Gives an API that runs the calls of the dialect. */
export function speakGafapay(api: PublicApi): GafapayApi {
  const { ctx } = api.integrator;
  const currencyId = hex(currencyAssetId(ctx.tenantId, 'USD'));
  let requests = 0;
  let deposits = 0;
  return {
    api,
    companyId: hex(ctx.tenantId),
    currencyId,
    async call(method, path, { body, token = api.integrator.token, headers = {} } = {}) {
      const answer = await api.app.nest.inject({
        method: method as 'GET',
        url: `/gafapay/v3/reward_promotion/${path}`,
        headers: { authorization: `Token ${token}`, companyid: hex(ctx.tenantId), requestid: `request-${++requests}`, ...headers },
        ...(body && { payload: body }),
      });
      return { status: answer.statusCode, ...answer.json<Omit<GafapaySaid, 'status'>>() };
    },
    configure: (terms = {}) =>
      api.uow.run(ctx, (tx) =>
        get(api, CashConfigs).create(tx, api.program, {
          userType: 'customer',
          currency: 'USD',
          points: 100n,
          value: 1_000_000n,
          minPoints: null,
          maxPoints: null,
          cycle: 'month',
          maxPointsPerCycle: null,
          maxRedemptionsPerCycle: null,
          automatic: null,
          active: true,
          ...terms,
        }),
      ),
    deposit: (amount) =>
      api.uow.run(ctx, (tx) =>
        get(api, Funds).deposit(tx, { amount: Money.parse(amount, 'USD') as Money, reference: `UTR-${++deposits}` }),
      ),
    async user(reference, points = 1_000) {
      const { id } = (await api.call<{ id: string }>('POST', '/members', { reference })).body.data;
      if (points > 0) await api.call('POST', '/points/earn', { member_id: id, reference: `E-${reference}`, points });
      const { access_token } = (await api.call<{ access_token: string }>('POST', `/members/${id}/token`)).body.data;
      return { memberId: id, userId: hex(id), walletId: hex(cashWalletId(ctx.tenantId, id, 'USD')), token: access_token };
    },
    order: ({ userId, walletId }, rest = {}) => ({
      redeem_points: 10,
      user_type: 2,
      user_id: userId,
      wallet_id: walletId,
      currency_id: currencyId,
      company_admin_user_info: {
        currency_id: currencyId,
        debit_type: 1,
        debit_type_id: walletId,
        debit_account_type: 1,
        debit_account_type_id: '640b793d04e2428dbf19ab10399f4edb',
        username: 'Mouhamad Amine',
      },
      ...rest,
    }),
  };
}

/** Starts the public API for the dialect, with points of two decimals. */
export const startGafapay = async (): Promise<GafapayApi> => speakGafapay(await startPublicApi({}, 2));
