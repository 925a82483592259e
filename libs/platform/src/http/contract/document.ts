import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { AppName } from '../../ground.js';
import type { JsonSchema } from '../../registry/events.js';
import { OPS, SIGNED_IN } from '../access.js';
import { PARAMETERS, RESPONSE_HEADERS, SCHEMAS } from './components.js';
import { findEndpoint, type DeclaredEndpoint } from './endpoint.js';
import { exampleOf } from './examples.js';
import { errorResponses, refusalsOf, successResponse } from './responses.js';

type Operation = Record<string, any> & { operationId: string };
type Schemas = Record<string, Record<string, unknown>>;

const TITLES: Readonly<Record<AppName, { title: string; description: string }>> = {
  'public-api': {
    title: 'Tallystick public API',
    description: 'Members, points and their books, for the servers of banks and brands and for members.',
  },
  'admin-api': {
    title: 'Tallystick admin API',
    description: 'Programs, people and settings, for the staff of tenants and of the platform.',
  },
  worker: { title: 'Tallystick operations API', description: 'Health and figures of the worker, for operators.' },
};

/** The OpenAPI 3.1 document of an app: what its code declares, the same bytes every time. Throws for a route without `@Endpoint`. */
export function buildDocument(nest: INestApplication, app: AppName, version: string): OpenAPIObject {
  const { title, description } = TITLES[app];
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(`${description} Every answer but those of OAuth is in one envelope; every error has a stable \`code\`.`)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This server')
    .build();
  const document = SwaggerModule.createDocument(nest, config, { autoTagControllers: false } as object);
  const schemas = sorted({ ...closed((document.components?.schemas ?? {}) as Schemas), ...(SCHEMAS as Schemas) });
  const permissions = new Set<string>();
  for (const [path, item] of Object.entries(document.paths as Record<string, Record<string, Operation>>)) {
    for (const operation of Object.values(item)) complete(operation, path, schemas, permissions, app);
  }
  const components = {
    schemas,
    responses: sharedResponses(document),
    parameters: { ...PARAMETERS },
    headers: { ...RESPONSE_HEADERS },
    securitySchemes: securitySchemes(app, [...permissions].sort()),
  };
  const tags = tagsOf(document);
  return withoutUnused({ ...document, paths: sorted(document.paths), components, tags } as unknown as OpenAPIObject);
}

function complete(operation: Operation, path: string, schemas: Schemas, permissions: Set<string>, app: AppName): void {
  const endpoint = findEndpoint(operation.operationId);
  if (!endpoint) throw new Error(`the route ${path} (${operation.operationId}) has no @Endpoint`);
  const example = (schema: JsonSchema): unknown => exampleOf(schema, schemas);
  const refusals = refusalsOf(endpoint, path);
  const errorShape = endpoint.errorBody && refusals[0] ? ({ type: 'object' } as JsonSchema) : undefined;
  operation.responses = { ...successResponse(endpoint, example), ...errorResponses(refusals, errorShape) };
  operation.parameters = [
    ...(operation.parameters ?? []).map((parameter: Operation) => parameterOf(parameter, endpoint)),
    ...headerParameters(endpoint),
  ];
  if (operation.requestBody) operation.requestBody = requestBody(operation.requestBody as Operation, endpoint, example);
  const { permission } = endpoint;
  if (!permission) operation.security = [];
  else {
    operation.security = securityOf(app, permission);
    operation['x-permission'] = permission;
    if (permission !== SIGNED_IN && permission !== OPS) permissions.add(permission);
  }
}

const headerParameters = ({ idempotent }: DeclaredEndpoint): object[] => [
  { $ref: '#/components/parameters/RequestId' },
  ...(idempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
];

function parameterOf(parameter: Operation, { params }: DeclaredEndpoint): object {
  if (parameter.in !== 'path') return parameter;
  const name = parameter.name as string;
  const schema = params?.[name] ?? (name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string', minLength: 1, maxLength: 255 });
  return { ...parameter, schema };
}

function requestBody(body: Operation, { form, bodyExample }: DeclaredEndpoint, example: (schema: JsonSchema) => unknown): object {
  const { schema } = body.content['application/json'] as { schema: JsonSchema };
  const content = { schema, example: bodyExample ?? example(schema) };
  return { ...body, content: { 'application/json': content, ...(form && { 'application/x-www-form-urlencoded': { schema } }) } };
}

const securityOf = (app: AppName, permission: string): object[] => {
  if (permission === OPS) return [{ opsToken: [] }];
  const scopes = permission === SIGNED_IN ? [] : [permission];
  return app === 'public-api' ? [{ clientCredentials: scopes }, { userToken: scopes }] : [{ userToken: scopes }];
};

function securitySchemes(app: AppName, permissions: string[]): Record<string, object> {
  if (app === 'worker') return { opsToken: { type: 'http', scheme: 'bearer', description: 'The OPS_TOKEN of this installation.' } };
  const userToken = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of a signed-in person.' };
  if (app === 'admin-api') return { userToken };
  const scopes = Object.fromEntries(permissions.map((permission) => [permission, `Allows ${permission.replace(':', ', ')}.`]));
  const clientCredentials = {
    type: 'oauth2',
    description: 'The access token of an API client (RFC 6749, client credentials).',
    flows: { clientCredentials: { tokenUrl: '/api/v1/oauth/token', scopes } },
  };
  return { clientCredentials, userToken };
}

/** Objects are closed: what a schema does not name is not there (AZN-03). */
const closed = (schemas: Schemas): Schemas =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      schema.type === 'object' && schema.properties ? { additionalProperties: false, ...schema } : schema,
    ]),
  );

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

function tagsOf(document: OpenAPIObject): object[] {
  const operations = Object.values(document.paths as Record<string, Record<string, Operation>>).flatMap((item) => Object.values(item));
  return [...new Set(operations.flatMap(({ tags }) => (tags ?? []) as string[]))]
    .sort()
    .map((name) => ({ name, description: `Operations on ${name.toLowerCase()}.` }));
}

/** Error answers that several operations give are written once, named by status and codes. */
function sharedResponses(document: OpenAPIObject): Record<string, object> {
  const shared: Record<string, object> = {};
  for (const item of Object.values(document.paths as Record<string, Record<string, Operation>>)) {
    for (const { responses } of Object.values(item)) {
      for (const [status, response] of Object.entries(responses as Record<string, ErrorAnswer>)) {
        const codes = response.content?.['application/json']?.schema.properties?.code?.enum;
        if (!codes) continue;
        const name = `${status}.${codes.join('.')}`;
        shared[name] = response;
        responses[status] = { $ref: `#/components/responses/${name}` };
      }
    }
  }
  return sorted(shared);
}

interface ErrorAnswer {
  readonly content?: {
    readonly 'application/json'?: { readonly schema: { readonly properties?: { readonly code?: { readonly enum?: string[] } } } };
  };
}

/** Leaves out shared shapes that no operation of this app refers to. */
function withoutUnused(document: OpenAPIObject): OpenAPIObject {
  for (const section of ['responses', 'schemas', 'parameters', 'headers'] as const) {
    const shapes = document.components![section] as Record<string, unknown>;
    for (const name of Object.keys(shapes)) {
      if (!JSON.stringify(document).includes(`"#/components/${section}/${name}"`)) delete shapes[name];
    }
  }
  return document;
}
