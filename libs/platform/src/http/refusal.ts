import { HttpException } from '@nestjs/common';
import { DomainError } from '@tallystick/kernel';
import { sortDatabaseError } from '../persistence/database-errors.js';
import {
  HeadersTooLarge,
  InternalError,
  MethodNotAllowed,
  NotFound,
  ParseFailed,
  PayloadTooLarge,
  ServiceUnavailable,
  UnsupportedMediaType,
  ValidationFailed,
} from '../platform.errors.js';

/** The refusal that stands for an HTTP status which the framework chose. */
const BY_STATUS: Readonly<Record<number, () => DomainError>> = {
  400: () => ParseFailed.with(),
  404: () => NotFound.with(),
  405: () => MethodNotAllowed.with(),
  408: () => ParseFailed.with({ message: 'The request did not arrive in time' }),
  413: () => PayloadTooLarge.with(),
  414: () => NotFound.with(),
  415: () => UnsupportedMediaType.with(),
  422: () => ValidationFailed.with(),
  431: () => HeadersTooLarge.with(),
  503: () => ServiceUnavailable.with({ retryAfter: 1 }),
};

/** Turns whatever was thrown into a refusal with a stable code: an error that nobody declared is a fault of ours. */
export function asRefusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (sortDatabaseError(error) === 'unavailable') return ServiceUnavailable.with({ retryAfter: 1 });
  const status = error instanceof HttpException ? error.getStatus() : ((error as { statusCode?: unknown } | null)?.statusCode as number);
  return BY_STATUS[status]?.() ?? InternalError.with();
}
