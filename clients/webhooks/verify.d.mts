/** Why a call is not to be trusted: answer it with 400 and do nothing. */
export class UntrustedWebhook extends Error {}

/** The headers of a request, as Node or `fetch` has them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>> | { get(name: string): string | null };

/** What a call tells. */
export interface VerifiedWebhook<Event> {
  /** The same at every try and replay. */
  readonly id: string;
  readonly event: Event;
}

/** An event by Standard Webhooks. */
export interface WebhookEvent<Data = Record<string, unknown>> {
  readonly type: string;
  readonly timestamp: string;
  readonly sequence?: number;
  readonly data: Data;
}

/** Verifies a call by Standard Webhooks. Throws `UntrustedWebhook`. */
export function verifyWebhook(
  body: Buffer | string,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  now?: Date,
): VerifiedWebhook<WebhookEvent>;

/** Verifies a callback of the REWORTH dialect. Throws `UntrustedWebhook`. */
export function verifyReworth(
  body: Buffer | string,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  now?: Date,
): VerifiedWebhook<Pick<WebhookEvent, 'type' | 'data'>>;
