import type { DomainError } from '@tallystick/kernel';
import { STATUS_OF } from './error-status.js';

/** The ids that name a request and its answer. */
export interface AnswerIds {
  readonly requestId: string;
  readonly responseId: string;
}

/** What a handler has to say besides its data; the status decides what is left out. */
export interface Success {
  readonly status: number;
  readonly data: unknown;
  readonly message?: string;
  readonly code?: string;
  readonly meta?: object;
}

/** How the answers of a surface look. The native one is that of A.1.1; each dialect has its own. */
export interface Envelope {
  /** The text of a success. */
  success(ids: AnswerIds, success: Success): string;
  /** The status and the text of a refusal. */
  refusal(ids: AnswerIds, refusal: DomainError): { readonly status: number; readonly text: string };
}

/** `message` and `code` of a success by its status (A.1.2). */
export const SUCCESS_OF: Readonly<Record<number, { message: string; code: string }>> = {
  200: { message: 'Success', code: 'success' },
  201: { message: 'Created', code: 'created' },
  202: { message: 'Accepted', code: 'accepted' },
};

/** The text of a success, in the shape of A.1.1. */
export function successText(ids: AnswerIds, { status, data, message, code, meta }: Success): string {
  const usual = SUCCESS_OF[status] ?? SUCCESS_OF[200]!;
  return JSON.stringify({
    success: true,
    status_code: status,
    request_id: ids.requestId,
    response_id: ids.responseId,
    message: message ?? usual.message,
    code: code ?? usual.code,
    data: data ?? null,
    meta: meta ?? {},
  });
}

/** The text of a refusal, in the shape of A.1.1. */
export function errorText(ids: AnswerIds, refusal: DomainError): string {
  return JSON.stringify({
    success: false,
    status_code: STATUS_OF[refusal.definition.kind],
    request_id: ids.requestId,
    response_id: ids.responseId,
    message: refusal.message,
    code: refusal.definition.code,
    errors: refusal.details.errors ?? {},
    data: null,
  });
}

/** The envelope of the native surface. */
export const nativeEnvelope: Envelope = {
  success: successText,
  refusal: (ids, refusal) => ({ status: STATUS_OF[refusal.definition.kind], text: errorText(ids, refusal) }),
};
