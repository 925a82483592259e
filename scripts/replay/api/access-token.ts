import { exchange, refusal } from './exchange.js';
import { ReplayFailure } from '../failure.js';

/** What a client needs to be allowed for a replay and its summary. */
export const NEEDED_SCOPES = ['points:write', 'points:read', 'ledger:read'] as const;

const EARLY_MS = 30_000;

/** Who posts: the address of the API without `/api/v1`, and the client's credentials. */
export interface Credentials {
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Keeps one access token by client credentials (RFC 6749) and renews it before it expires; callers at the same time share one renewal. */
export class AccessTokens {
  private token?: { value: string; renewAt: number };
  private renewal?: Promise<string>;

  constructor(private readonly credentials: Credentials) {}

  /**
   * A token that is good for now. Throws `Setback` when the API cannot be reached and `ReplayFailure`, with the API's words, when it
   * refuses the client or the client lacks a scope.
   */
  async current(): Promise<string> {
    if (this.token && Date.now() < this.token.renewAt) return this.token.value;
    this.renewal ??= this.renew().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  /** Forgets a token that the API no longer accepts. */
  discard(refused: string): void {
    if (this.token?.value === refused) this.token = undefined;
  }

  private async renew(): Promise<string> {
    const { apiUrl, clientId, clientSecret } = this.credentials;
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
    const answer = await exchange(`${apiUrl}/api/v1/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: 'grant_type=client_credentials',
    });
    if (answer.status !== 200) throw refusal(`Signing in to ${apiUrl} as client ${clientId}`, answer);
    const { access_token: value, expires_in: seconds, scope } = (answer.body ?? {}) as Partial<Record<string, unknown>>;
    if (typeof value !== 'string')
      throw new ReplayFailure(`${apiUrl}/api/v1/oauth/token answered without an access token; is --api-url right?`);
    requireScopes(scope, clientId);
    const lifetimeMs = typeof seconds === 'number' ? seconds * 1000 : 0;
    this.token = { value, renewAt: Date.now() + Math.max(lifetimeMs - EARLY_MS, lifetimeMs / 2) };
    return value;
  }
}

function requireScopes(scope: unknown, clientId: string): void {
  if (typeof scope !== 'string') return;
  const granted = scope.split(' ');
  const lacking = NEEDED_SCOPES.filter((needed) => !granted.includes(needed));
  if (lacking.length > 0) throw new ReplayFailure(`The client ${clientId} lacks the scope ${lacking.join(' ')}; grant it and start again.`);
}
