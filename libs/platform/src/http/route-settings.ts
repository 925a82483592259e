import { RouteConfig } from '@nestjs/platform-fastify';
import type { DomainError } from '@tallystick/kernel';
import type { DialectPlace } from './dialects/dialect.js';
import type { JsonSchema } from '../registry/events.js';
import type { StrictLimit } from './limits/limits.policy.js';

/** What a form with a file may be. */
export interface UploadSettings {
  readonly maxBytes: number;
  /** Schemas of the text fields beside the file; none when left out. */
  readonly fields?: Readonly<Record<string, JsonSchema>>;
  /** Those that may not be missing. */
  readonly required?: readonly string[];
}

/** What the HTTP layer does differently on one route. */
export interface RouteSettings {
  /** Largest request body in bytes; 256 kB when left out. */
  readonly bodyLimit?: number;
  /** The route also takes `application/x-www-form-urlencoded`. */
  readonly form?: boolean;
  /** The route takes one file as `multipart/form-data`, in the field `file`, of at most so many bytes. */
  readonly upload?: UploadSettings;
  /** Answers go out as the handler returns them, without the success envelope. */
  readonly unenveloped?: boolean;
  /** The body of an error on this route, where it is not the envelope's (RFC 6749 on OAuth routes). */
  readonly errorBody?: (refusal: DomainError, status: number) => object;
  /** `WWW-Authenticate` of a 401 on this route, where a bearer token is not what it asks for. */
  readonly challenge?: string;
  /** The rate limit of this route's own, beside those that hold everywhere; `none` on routes that count against no limit at all. */
  readonly limit?: StrictLimit | 'none';
  /** Pages of any origin may read the answer, as nobody: for what is public. No cookie and no token of theirs goes with it. */
  readonly anyOrigin?: true;
  /** Parameters of the query into which known callers paste text as it was typed, unescaped. */
  readonly pastedText?: readonly string[];
  /** Whose surface the route is on, where its path is a dialect's; set from the path. */
  readonly dialect?: DialectPlace;
}

const SETTINGS = '__fastify_route_config__';

/** Adds settings to a route; those given earlier stay unless named again. */
export const routeSettings =
  (settings: RouteSettings): MethodDecorator =>
  (target, name, descriptor) => {
    const before = (Reflect.getMetadata(SETTINGS, descriptor.value as object) ?? {}) as RouteSettings;
    RouteConfig({ ...before, ...settings })(target, name, descriptor);
  };

/** The route answers without the envelope; `errorBody` renders its errors where their shape is another standard's. */
export const Unenveloped = (errorBody?: RouteSettings['errorBody']): MethodDecorator =>
  routeSettings(errorBody ? { unenveloped: true, errorBody } : { unenveloped: true });
