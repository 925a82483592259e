import { ReplayFailure, Setback } from '../failure.js';
import { retryAfterMs } from './patience.js';

/** How long one attempt may take before it counts as broken; the same request is then made again. */
const ATTEMPT_MS = 60_000;

/** An answer of the API that settles a call, whatever its status. */
export interface Answer {
  readonly status: number;
  /** The parsed JSON body; undefined when there is none or it is something else. */
  readonly body: unknown;
}

/**
 * One HTTP exchange. Throws `Setback` for what may pass when repeated: a broken connection, 429, 5xx, and a 409 that says the same
 * request is still being processed. Throws `ReplayFailure` for a redirect.
 */
export async function exchange(url: string, init: RequestInit): Promise<Answer> {
  const response = await attempt(url, init);
  const answer = { status: response.status, body: parsed(response.text) };
  const wait = retryAfterMs(response.retryAfter, Date.now());
  const { code, message } = told(answer);
  if (answer.status === 429 || answer.status >= 500)
    throw new Setback(`the API answers ${answer.status}${message && ` (${message})`}`, wait);
  if (answer.status === 409 && code === 'idempotency_in_progress') throw new Setback('the API is still at work on the same batch', wait);
  if (answer.status >= 300 && answer.status < 400)
    throw new ReplayFailure(`${url} redirects elsewhere; give the API's own address as --api-url.`);
  return answer;
}

async function attempt(url: string, init: RequestInit): Promise<{ status: number; retryAfter: string | null; text: string }> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(ATTEMPT_MS) });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
  } catch (error) {
    throw new Setback(`${new URL(url).origin} does not answer (${brokenBy(error)})`);
  }
}

function brokenBy(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? (name === 'TimeoutError' ? `nothing within ${ATTEMPT_MS / 1000} s` : message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code and the message of a refusal, in the native envelope or in the form of OAuth. */
export function told(answer: Answer): { code: string; message: string } {
  const body = (typeof answer.body === 'object' && answer.body !== null ? answer.body : {}) as Partial<Record<string, unknown>>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { code: text(body.code) || text(body.error), message: text(body.error_description) || text(body.message) };
}

/** A refusal as one sentence: what was tried, then the API's own words, with the fields it names. */
export function refusal(what: string, answer: Answer): ReplayFailure {
  const { code, message } = told(answer);
  const { errors } = (answer.body ?? {}) as { errors?: unknown };
  const fields = errors && typeof errors === 'object' && Object.keys(errors).length > 0 ? ` ${JSON.stringify(errors).slice(0, 500)}` : '';
  const words = message || 'no message; is --api-url right?';
  return new ReplayFailure(`${what} was refused: ${words} (${[answer.status, code].filter(Boolean).join(' ')})${fields}`);
}
