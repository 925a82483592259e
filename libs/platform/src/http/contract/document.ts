import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { AppName } from '../../ground.js';
import { AUTHENTICATED, OPS, OWN_MEMBER, SIGNED_IN } from '../access.js';
import { dialectAt, type Dialect } from '../dialects/dialect.js';
import { additionalPropertiesOf } from './open-dto.js';
import { PARAMETERS, RESPONSE_HEADERS, SCHEMAS } from './components.js';
import { describeWebhooks } from './webhooks.js';
import { completeOperation, securitySchemes, type Operation } from './operation.js';

type Schemas = Record<string, Record<string, unknown>>;

const TITLES: Readonly<Record<AppName, { title: string; description: string }>> = {
  'public-api': {
    title: 'Tallystick public API',
    description:
      'Members, points and their books, for the servers of banks and brands and for members. A server signs in with an API key, which an ' +
      "admin of the tenant makes on the admin API once a network of the tenant's is approved: `POST /api/v1/oauth/token` gives an access " +
      'token for its client id and secret (RFC 6749, client credentials), which goes with every call as `Authorization: Bearer`. ' +
      '`/.well-known/oauth-authorization-server` tells the same to OAuth libraries. Each operation names the scope that it needs.',
  },
  'admin-api': {
    title: 'Tallystick admin API',
    description: 'Programs, people and settings, for the staff of tenants and of the platform.',
  },
  worker: { title: 'Tallystick operations API', description: 'Health and figures of the worker, for operators.' },
};

/** The name of a contract: that of an app for its native surface, with that of a dialect for the paths of the dialect. */
export const contractName = (app: AppName, dialect?: Dialect): string => (dialect ? `${app}.${dialect.name}` : app);

/**
 * The OpenAPI 3.1 document of an app's native surface, or of one of its dialects: what its code declares, the same bytes every time.
 * Throws for a route without `@Endpoint`.
 */
export function buildDocument(nest: INestApplication, app: AppName, version: string, dialect?: Dialect): OpenAPIObject {
  const { title, description } = dialect ?? nativeTitle(app);
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(description)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This server')
    .build();
  const document = SwaggerModule.createDocument(nest, config, { autoTagControllers: false });
  document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => dialectAt(app, path)?.dialect === dialect));
  const schemas = sorted({ ...closed((document.components?.schemas ?? {}) as Schemas), ...(SCHEMAS as Schemas) });
  const operations = operationsOf(document);
  for (const { operation, method, path } of operations) completeOperation(operation, { app, method, path }, schemas);
  const components = {
    schemas,
    responses: sharedResponses(operations),
    parameters: { ...PARAMETERS },
    headers: { ...RESPONSE_HEADERS },
    securitySchemes: dialect ? { token: dialect.securityScheme } : securitySchemes(app, scopesOf(operations)),
  };
  const webhooks = app === 'public-api' && !dialect ? { webhooks: describeWebhooks() } : {};
  return withoutUnused({
    ...document,
    paths: sorted(document.paths),
    ...webhooks,
    components,
    tags: tagsOf(operations),
  } as unknown as OpenAPIObject);
}

const nativeTitle = (app: AppName): { title: string; description: string } => ({
  title: TITLES[app].title,
  description: `${TITLES[app].description} Every answer but those of OAuth is in one envelope; every error has a stable \`code\`.`,
});

interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const operationsOf = ({ paths }: OpenAPIObject): Placed[] =>
  Object.entries(paths as unknown as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );

const scopesOf = (operations: Placed[]): string[] => {
  const permissions = operations.flatMap(({ operation }) => operation['x-permission'] ?? []);
  return [...new Set(permissions)].filter((permission) => ![OPS, SIGNED_IN, AUTHENTICATED, OWN_MEMBER].includes(permission)).sort();
};

/** Objects are closed, unless they say otherwise: what a schema does not name is not there (AZN-03). */
const closed = (schemas: Schemas): Schemas =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      schema.type === 'object' && schema.properties ? { additionalProperties: additionalPropertiesOf(name), ...schema } : schema,
    ]),
  );

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

const tagsOf = (operations: Placed[]): object[] =>
  [...new Set(operations.flatMap(({ operation }) => operation.tags ?? []))]
    .sort()
    .map((name) => ({ name, description: `Operations on ${name.toLowerCase()}.` }));

interface ErrorAnswer {
  readonly content?: {
    readonly 'application/json'?: { readonly schema: { readonly properties?: { readonly code?: { readonly enum?: string[] } } } };
  };
}

/** Error answers that several operations give are written once, named by status and codes. */
function sharedResponses(operations: Placed[]): Record<string, object> {
  const shared: Record<string, object> = {};
  for (const { responses } of operations.map(({ operation }) => operation)) {
    for (const [status, response] of Object.entries(responses)) {
      const codes = (response as ErrorAnswer).content?.['application/json']?.schema.properties?.code?.enum;
      if (!codes) continue;
      const name = `${status}.${codes.join('.')}`;
      shared[name] = response;
      responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  return sorted(shared);
}

/** Leaves out shared shapes that no operation of this document refers to, nor another shape that is left. */
function withoutUnused(document: OpenAPIObject): OpenAPIObject {
  for (let left = -1, before = 0; left !== before;) {
    before = left;
    const used = new Set([...JSON.stringify(document).matchAll(/"#\/components\/(\w+\/[^"]+)"/g)].map(([, name]) => name));
    left = 0;
    for (const section of ['responses', 'schemas', 'parameters', 'headers'] as const) {
      const shapes = document.components![section] as Record<string, unknown>;
      for (const name of Object.keys(shapes)) {
        if (used.has(`${section}/${name}`)) left++;
        else delete shapes[name];
      }
    }
  }
  return document;
}
