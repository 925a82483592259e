import { newId } from '@tallystick/kernel';
import { CreateApiClient } from '@tallystick/identity';
import autocannon from 'autocannon';
import type { Bank, PurchaseLine } from './bank.js';

/** What a load of single requests came to. */
export interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** A server of the bank that calls the API with a token. */
export class Integrator {
  private constructor(private readonly headers: Record<string, string>) {}

  /** Signs in at the token endpoint of the API at `url`. */
  static async of(bank: Bank, url: string): Promise<Integrator> {
    const client = await bank.uow.run(bank.ctx, (tx) => new CreateApiClient().execute(tx, { name: 'Bench', scopes: ['points:write'] }));
    const answer = await fetch(`${url}/api/v1/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credentials', client_id: client.clientId, client_secret: client.clientSecret }),
    });
    if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return new Integrator({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
  }

  /** Earns on purchases of members that `member` names, over so many connections. Throws when a request was refused. */
  async earn(url: string, connections: number, ms: number, member: () => string, keyed = false): Promise<Load> {
    const { headers } = this;
    const result = await autocannon({
      url,
      connections,
      duration: ms / 1_000,
      sampleInt: 100,
      requests: [
        {
          method: 'POST',
          path: '/api/v1/points/earn',
          headers,
          setupRequest: (request) => {
            const reference = newId();
            const body = JSON.stringify({ member_reference: member(), reference, amount: '1250.00', currency: 'USD' });
            return { ...request, body, ...(keyed && { headers: { ...headers, 'idempotency-key': reference } }) };
          },
        },
      ],
    });
    if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} requests were refused, ${result.errors} failed`);
    const seconds = (result.finish.getTime() - result.start.getTime()) / 1_000;
    return { perSecond: result['2xx'] / seconds, p50: result.latency.p50, p99: result.latency.p99 };
  }

  /** Posts one batch and reads its answer; answers the milliseconds. Throws unless every line was accepted. */
  async postBatch(url: string, transactions: readonly PurchaseLine[]): Promise<number> {
    const body = JSON.stringify({ request_id: newId(), transactions });
    const begun = performance.now();
    const answer = await fetch(`${url}/api/v1/points/batches`, { method: 'POST', headers: this.headers, body });
    const text = await answer.text();
    const spent = performance.now() - begun;
    const { data } = JSON.parse(text) as { data: { accepted: number } | null };
    if (data?.accepted !== transactions.length) throw new Error(`the batch was not accepted: ${answer.status} ${text.slice(0, 500)}`);
    return spent;
  }
}
