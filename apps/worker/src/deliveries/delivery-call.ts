import type { TenantContext } from '@tallystick/kernel';
import { deliveryHeaders, judgeAttempt, shownHeaders, type Attempt, type DueDelivery, type LeasedEndpoint } from '@tallystick/messaging';
import { RefusedAddress, type OutgoingAnswer, type OutgoingHttp, type OutgoingSession } from '@tallystick/platform';

/** A receiver has this long to answer (C6.8). */
const TIMEOUT_MS = 10_000;

/** The calls of one burst to one endpoint, over connections that end with it. */
export class DeliveryCalls {
  private session?: OutgoingSession;

  constructor(
    private readonly http: OutgoingHttp,
    private readonly ctx: TenantContext,
    private readonly endpoint: LeasedEndpoint,
    private readonly connections: number,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  /** Tries a delivery once. Whatever comes of it is an answer: it does not throw. */
  async make(delivery: DueDelivery): Promise<Omit<Attempt, 'ageMs'> & { readonly startedAt: number }> {
    const [startedAt, number] = [performance.now(), delivery.attempts + 1];
    const headers = deliveryHeaders(this.endpoint, delivery, new Date());
    const { answer, error } = await this.post(headers, delivery.body).then(
      (answer) => ({ answer, error: null }),
      (fault: unknown) => ({ answer: undefined, error: inWords(fault, this.timeoutMs) }),
    );
    const status = answer?.status ?? null;
    return {
      deliveryId: delivery.id,
      number,
      startedAt,
      url: this.endpoint.url,
      headers: shownHeaders(headers),
      durationMs: Math.round(performance.now() - startedAt),
      verdict: judgeAttempt(number - delivery.attemptsBefore, { status, retryAfter: answer?.retryAfter }, Math.random(), new Date()),
      responseStatus: status,
      responseText: answer?.text ?? null,
      error: error ?? (status !== null && status >= 300 && status < 400 ? 'The receiver redirects; redirects are not followed.' : null),
    };
  }

  /** Ends the connections. */
  close(): void {
    this.session?.close();
  }

  private async post(headers: Record<string, string>, body: string): Promise<OutgoingAnswer> {
    this.session ??= this.http.open(this.ctx, this.endpoint.url, this.connections);
    return this.session.post({ headers, body, timeoutMs: this.timeoutMs });
  }
}

/** Why there was no answer, for the tenant to read: nothing of our own network. */
function inWords(fault: unknown, timeoutMs: number): string {
  if (fault instanceof RefusedAddress) return fault.message;
  const { code = '' } = fault as { code?: string };
  if (code === 'ETIMEDOUT') return `No answer within ${timeoutMs / 1_000} seconds.`;
  if (code === 'ECONNREFUSED') return 'The connection was refused.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The name of the receiver does not resolve.';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'The connection broke off.';
  if (code.startsWith('HPE_')) return 'The answer was not HTTP.';
  if (/CERT|TLS|SSL|SIGNATURE|ALTNAME/.test(code)) return `The certificate of the receiver was not accepted (${code}).`;
  return 'The receiver could not be reached.';
}
