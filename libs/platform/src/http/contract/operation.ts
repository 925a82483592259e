import type { AppName } from '../../ground.js';
import type { JsonSchema } from '../../registry/events.js';
import { AUTHENTICATED, OPS, OWN_MEMBER, SIGNED_IN } from '../access.js';
import { dialectAt } from '../dialects/dialect.js';
import type { UploadSettings } from '../route-settings.js';
import { findEndpoint, isForMembers, type DeclaredEndpoint } from './endpoint.js';
import { exampleOf } from './examples.js';
import { dialectRefusals, errorResponses, refusalsOf, successResponse } from './responses.js';

/** An operation of an OpenAPI document, as far as this file looks at it. */
export interface Operation {
  operationId: string;
  readonly tags?: string[];
  parameters?: object[];
  requestBody?: object;
  responses: Record<string, object>;
  security?: object[];
  'x-permission'?: string;
  'x-for-members'?: true;
}

/** Where an operation stands. */
export interface Place {
  readonly app: AppName;
  /** In lower case. */
  readonly method: string;
  readonly path: string;
}

type Schemas = Readonly<Record<string, JsonSchema>>;

/** Adds to an operation all that its `@Endpoint` says. Throws for a route without one. */
export function completeOperation(operation: Operation, place: Place, schemas: Schemas): void {
  const endpoint = findEndpoint(operation.operationId);
  if (!endpoint) throw new Error(`the route ${place.path} (${operation.operationId}) has no @Endpoint`);
  const example = (schema: JsonSchema): unknown => exampleOf(schema, schemas);
  const refusals = refusalsOf(endpoint, place.method, place.path);
  const paths = dialectAt(place.app, place.path)?.paths;
  if (paths?.operationSuffix) operation.operationId += paths.operationSuffix;
  operation.responses = together(
    successResponse(endpoint, example, paths?.envelope),
    paths && !endpoint.errorBody
      ? dialectRefusals(refusals, paths.envelope)
      : errorResponses(refusals, endpoint.errorBody && { type: 'object' }),
  );
  operation.parameters = [
    ...(operation.parameters ?? []).map((parameter) => parameterOf(parameter, endpoint)),
    ...headerParameters(endpoint),
  ];
  if (endpoint.upload) operation.requestBody = uploadBody(endpoint.upload);
  else if (operation.requestBody) operation.requestBody = requestBody(operation.requestBody, endpoint, example);
  operation.security = endpoint.permission ? securityOf(place, endpoint.permission, isForMembers(endpoint)) : [];
  if (endpoint.known) operation.security = [{}, ...securityOf(place, endpoint.known, false)];
  if (endpoint.permission) operation['x-permission'] = endpoint.permission;
  if (isForMembers(endpoint)) operation['x-for-members'] = true;
}

interface Response {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** Successes and refusals by status; a dialect that refuses with the status of a success answers either. */
function together(successes: Record<string, object>, refusals: Record<string, object>): Record<string, object> {
  const shared = Object.keys(successes).filter((status) => status in refusals);
  const either = shared.map((status) => {
    const [success, refusal] = [successes[status], refusals[status]] as [Response, Response];
    const content = Object.fromEntries(
      Object.entries(success.content).map(([type, told]) => [
        type,
        { ...told, schema: { oneOf: [told.schema, refusal.content[type]?.schema].filter((schema) => schema !== undefined) } },
      ]),
    );
    return [status, { ...success, description: `${success.description}. Or refused: ${refusal.description}`, content }] as const;
  });
  return { ...successes, ...refusals, ...Object.fromEntries(either) };
}

const headerParameters = ({ idempotent }: DeclaredEndpoint): object[] => [
  { $ref: '#/components/parameters/RequestId' },
  ...(idempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
];

function parameterOf(parameter: object, { params }: DeclaredEndpoint): object {
  const { in: where, name } = parameter as { in: string; name: string };
  if (where !== 'path') return parameter;
  const schema = params?.[name] ?? (name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string', minLength: 1, maxLength: 255 });
  return { ...parameter, schema };
}

function requestBody(body: object, { form, bodyExample }: DeclaredEndpoint, example: (schema: JsonSchema) => unknown): object {
  const { schema } = (body as { content: Record<string, { schema: JsonSchema }> }).content['application/json']!;
  const content = { schema, example: bodyExample ?? example(schema) };
  return { ...body, content: { 'application/json': content, ...(form && { 'application/x-www-form-urlencoded': { schema } }) } };
}

const uploadBody = ({ maxBytes, fields = {}, required = [] }: UploadSettings): object => ({
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: { ...fields, file: { type: 'string', format: 'binary', description: `The file, of at most ${maxBytes} bytes.` } },
        required: [...required, 'file'],
        additionalProperties: false,
      },
    },
  },
});

function securityOf({ app, method, path }: Place, permission: string, forMembers: boolean): object[] {
  if (permission === OPS) return [{ opsToken: [] }];
  if (dialectAt(app, path)) return [{ token: [] }];
  const members = forMembers && app === 'public-api' ? [{ memberToken: [] }] : [];
  if (permission === OWN_MEMBER) return members;
  const scopes = permission === AUTHENTICATED || permission === SIGNED_IN ? [] : [permission];
  // Whatever changes something with a cookie shows that it comes from the page that holds it (AUT-10).
  const person = [{ userToken: scopes }, { sessionCookie: [], ...(method !== 'get' && { csrfToken: [] }) }];
  return app === 'public-api' && permission !== SIGNED_IN
    ? [{ clientCredentials: scopes }, ...person, ...members]
    : [...person, ...members];
}

const allows = (permission: string): string => {
  const [what = '', how] = permission.split(':');
  return `${how === 'write' ? 'Change' : 'See'} ${what.replaceAll('_', ' ')}.`;
};

/** How callers of an app authenticate. `permissions` are the scopes that its operations ask for. */
export function securitySchemes(app: AppName, permissions: readonly string[]): Record<string, object> {
  if (app === 'worker') return { opsToken: { type: 'http', scheme: 'bearer', description: 'The OPS_TOKEN of this installation.' } };
  const userToken = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of a signed-in person.' };
  const cookies = {
    sessionCookie: { type: 'apiKey', in: 'cookie', name: '__Host-sid', description: 'The session of a page of the same origin.' },
    csrfToken: { type: 'apiKey', in: 'header', name: 'X-CSRFToken', description: 'The token of `GET /api/v1/auth/csrf`.' },
  };
  if (app === 'admin-api') return { userToken, ...cookies };
  const scopes = Object.fromEntries(permissions.map((permission) => [permission, allows(permission)]));
  const clientCredentials = {
    type: 'oauth2',
    description:
      'The access token of an API client (RFC 6749, client credentials): its client id and secret, by HTTP Basic or in the body, at ' +
      '`POST /api/v1/oauth/token`.',
    flows: { clientCredentials: { tokenUrl: '/api/v1/oauth/token', scopes } },
  };
  const memberToken = {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'The access token of a member, for what is their own: of `POST /api/v1/members/{id}/token` or of `POST /api/v1/member-auth/token`.',
  };
  return { clientCredentials, userToken, memberToken, ...cookies };
}
