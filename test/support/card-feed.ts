import { setTimeout as sleep } from 'node:timers/promises';
import type { CreatedApiClient } from '@tallystick/identity';
import type { CardItem } from '@tallystick/offers';

/** A batch of card transactions, by the native API or by the REWORTH dialect of it. */
export interface FedBatch {
  readonly requestId: string;
  readonly dialect: 'native' | 'reworth';
  readonly items: readonly CardItem[];
}

/** What was said of a line: its verdict, and in cents what stands of its cashback. */
export interface FedLine {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly cashback: number;
}

/** Statuses that say: the same once more. 0 is a connection that broke off or was refused. */
const AGAIN = new Set([0, 409, 429, 502, 503, 504]);
const PAUSE_MS = 200;

/** An institution's server that posts card transactions over HTTP, and whatever happens repeats each batch until it is answered. */
export class CardFeed {
  /** How often each status was answered. */
  readonly statuses = new Map<number, number>();
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly url: () => string,
    private readonly client: CreatedApiClient,
  ) {}

  /** Posts the batches in the order given, so many at the same time; `begun` is told of each that is sent for the first time. */
  async post(batches: readonly FedBatch[], parallel: number, begun: (count: number) => void = () => undefined): Promise<FedLine[]> {
    const waiting = [...batches];
    const lines: FedLine[] = [];
    let count = 0;
    const lane = async (): Promise<void> => {
      for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
        begun(++count);
        lines.push(...(await this.one(batch)));
      }
    };
    await Promise.all(Array.from({ length: parallel }, lane));
    return lines;
  }

  /** Calls the REWORTH dialect until it is answered. */
  async reworth(endpoint: string, body: object): Promise<string> {
    return this.insist('reworth', `/reworth/v1${endpoint}`, JSON.stringify(body));
  }

  private async one({ requestId, dialect, items }: FedBatch): Promise<FedLine[]> {
    if (dialect === 'native') {
      const body = JSON.stringify({ request_id: requestId, transactions: items.map(inNative) });
      const { data } = JSON.parse(await this.insist(dialect, '/api/v1/cashback/batches', body)) as { data: { items: NativeLine[] } };
      return data.items.map(({ id, status, reason, cashback }) => ({ id, status, reason, cashback: cents(cashback?.amount ?? '0.00') }));
    }
    const body = JSON.stringify({ requestId, transactions: items.map(inReworth) });
    const { data } = JSON.parse(await this.insist(dialect, '/reworth/v1/transactions', body)) as { data: ReworthLine[] };
    return data.map(({ id, status, reason, cashback }) => ({ id, status, reason, cashback: Math.round(cashback * 100) }));
  }

  /** The text of the answer with 200, however often it takes. Throws on a refusal that says something else than: once more. */
  private async insist(dialect: FedBatch['dialect'], path: string, body: string): Promise<string> {
    for (;;) {
      const token = this.tokens.get(dialect) ?? (await this.authenticate(dialect));
      const { status, text } = await this.send(path, body, { authorization: `Bearer ${token}` });
      if (status === 200) return text;
      if (!AGAIN.has(status)) throw new Error(`${path} answered ${status}: ${text.slice(0, 500)}`);
      await sleep(PAUSE_MS);
    }
  }

  private async authenticate(dialect: FedBatch['dialect']): Promise<string> {
    const { clientId, clientSecret } = this.client;
    const [path, body] =
      dialect === 'native'
        ? ['/api/v1/oauth/token', { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }]
        : ['/reworth/v1/auth', { key: clientId, secret: clientSecret }];
    for (;;) {
      const { status, text } = await this.send(path, JSON.stringify(body));
      if (status === 200) {
        const said = JSON.parse(text) as { access_token?: string; data?: { jwt: string } };
        const token = said.access_token ?? said.data!.jwt;
        this.tokens.set(dialect, token);
        return token;
      }
      if (!AGAIN.has(status)) throw new Error(`no token: ${status} ${text}`);
      await sleep(PAUSE_MS);
    }
  }

  private async send(path: string, body: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    const answer = await this.call(path, body, headers).catch(() => ({ status: 0, text: '' }));
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    return answer;
  }

  private async call(path: string, body: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.url()}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    if ((answer.status === 503 || answer.status === 409) && !answer.headers.has('retry-after'))
      throw new Error(`${answer.status} without Retry-After`);
    return { status: answer.status, text: await answer.text() };
  }
}

interface NativeLine {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly cashback: { readonly amount: string } | null;
}
type ReworthLine = Omit<NativeLine, 'cashback'> & { readonly cashback: number };

const cents = (amount: string): number => Math.round(Number(amount) * 100);
const iso = (seconds: string | number): string => new Date(Number(seconds) * 1_000).toISOString();

const inNative = (item: CardItem): object => ({
  ...item,
  date: iso(item.date),
  ...(item.settled_at !== undefined && { settled_at: iso(item.settled_at) }),
});

const inReworth = ({
  member_reference: uuid,
  amount,
  settled_at: settledAt,
  original_id: originalId,
  merchant,
  ...rest
}: CardItem): object => ({
  ...rest,
  ...{ uuid, amount: Number(amount), settledAt, originalId },
  ...(merchant && {
    merchant: { merchantId: merchant.merchant_id, terminalId: merchant.terminal_id, descriptor: merchant.descriptor, mcc: merchant.mcc },
  }),
});
