import { applyDecorators, HttpCode, UseGuards, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { ApiExtraModels, ApiOperation } from '@nestjs/swagger';
import type { ErrorDefinition } from '@tallystick/kernel';
import type { JsonSchema } from '../../registry/events.js';
import { OWN_MEMBER, Public, RequirePermission } from '../access.js';
import { RefuseUndeclared } from '../refuse-undeclared.js';
import { takesIdempotencyKey } from '../request.js';
import { routeSettings, type RouteSettings } from '../route-settings.js';

/** The whole declaration of an endpoint: what its contract says, and what the HTTP layer does for it. */
export interface EndpointDefinition extends RouteSettings {
  /** Stable and unique within an app, in the style of the seeds: `points_earn_create`. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** The permission that callers need; a token needs the scope of that name. Either this or `public`. */
  readonly permission?: string;
  readonly public?: true;
  /** With `public`: what a caller needs who shows a token all the same; the handler finds a context then. */
  readonly known?: string;
  /** Also for people of whom a second factor is required that they have not set up yet. */
  readonly beforeMfa?: true;
  /** Also for members who have the permission; what it shows and changes is then their own alone. Without it no member's token opens it. */
  readonly forMembers?: true;
  /** It answers nothing but the refusals that it declares, whatever is sent. */
  readonly closed?: true;
  /** Status of a success; 200 when left out. */
  readonly status?: number;
  /** What `data` holds: a DTO, or `[Dto]` for a list. Null when left out. */
  readonly data?: Type | readonly [Type];
  /** What `data` holds where the request is only taken in, and answered 202, until somebody has decided on it. */
  readonly accepted?: Type;
  /** How a list is walked; sets the shape of `meta.pagination`. */
  readonly paging?: 'page' | 'cursor' | 'either';
  /** The schema of an unenveloped answer, or of the data in a dialect's, that is no DTO; and its content type or types. */
  readonly answer?: { readonly schema: JsonSchema; readonly type?: string | readonly string[] };
  /** What the operation refuses, besides what every operation of its kind may. */
  readonly errors?: readonly ErrorDefinition[];
  /** A request that works; made from the fields' own examples when left out. */
  readonly bodyExample?: object;
  /** Schemas of path parameters other than `id`, which is a UUID. */
  readonly params?: Readonly<Record<string, JsonSchema>>;
}

/** A declared endpoint with what its signature says of itself. */
export interface DeclaredEndpoint extends EndpointDefinition {
  readonly idempotent: boolean;
  readonly hasBody: boolean;
}

const declared = new Map<string, DeclaredEndpoint>();

/** The endpoint of that operationId. */
export const findEndpoint = (operationId: string): DeclaredEndpoint | undefined => declared.get(operationId);

/** Declares an endpoint: access, status, contract and settings in one place. Goes above the handler's parameters, below `@Post(...)`. */
export const Endpoint =
  (definition: EndpointDefinition): MethodDecorator =>
  (target, name, descriptor) => {
    const parameters = Object.keys((Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, name) ?? {}) as object);
    const hasBody = parameters.some((parameter) => parameter.startsWith(`${RouteParamtypes.BODY}:`));
    const hasQuery = parameters.some((parameter) => parameter.startsWith(`${RouteParamtypes.QUERY}:`));
    declare({ ...definition, hasBody, idempotent: takesIdempotencyKey(target, name as string) });
    const {
      operationId,
      summary,
      description,
      status = 200,
      data,
      permission,
      bodyLimit,
      form,
      upload,
      unenveloped,
      errorBody,
      challenge,
      limit,
      anyOrigin,
      pastedText,
    } = definition;
    applyDecorators(
      HttpCode(status),
      ...(permission ? [RequirePermission(permission, { beforeMfa: definition.beforeMfa, forMembers: isForMembers(definition) })] : []),
      ...(definition.public ? [Public(definition.known)] : []),
      routeSettings(defined({ bodyLimit, form, upload, unenveloped, errorBody, challenge, limit, anyOrigin, pastedText })),
      ApiOperation({ operationId, summary, description }),
      ...(data ? [ApiExtraModels(...([data].flat() as Type[]), ...(definition.accepted ? [definition.accepted] : []))] : []),
      ...((hasBody && hasQuery) || definition.closed ? [] : [UseGuards(new RefuseUndeclared(hasBody, hasQuery))]),
    )(target, name, descriptor);
  };

/** Whether a member's token opens it. */
export const isForMembers = ({ permission, forMembers }: EndpointDefinition): boolean => forMembers === true || permission === OWN_MEMBER;

function declare(endpoint: DeclaredEndpoint): void {
  if (declared.has(endpoint.operationId)) throw new Error(`operation ${endpoint.operationId} is declared twice`);
  declared.set(endpoint.operationId, endpoint);
}

const defined = (settings: RouteSettings): RouteSettings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as RouteSettings;
