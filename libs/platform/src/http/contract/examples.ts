import type { JsonSchema } from '../../registry/events.js';

type Schemas = Readonly<Record<string, JsonSchema>>;

/** The words of JSON Schema that examples are made by. */
interface Shape {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly type?: string | readonly string[];
  readonly properties?: Schemas;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly format?: string;
}

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d',
  'date-time': '2026-03-31T18:29:59Z',
  date: '2026-03-31',
  uri: 'https://example.com/',
};

/** A value that fits `schema`, made of the examples that its fields give: always the same one. */
export function exampleOf(schema: JsonSchema, schemas: Schemas): unknown {
  const shape = schema as Shape;
  if (shape.$ref) return exampleOf(schemas[shape.$ref.split('/').at(-1)!] ?? {}, schemas);
  if (shape.example !== undefined) return shape.example;
  if (shape.examples) return shape.examples[0];
  if (shape.const !== undefined) return shape.const;
  if (shape.enum) return shape.enum[0];
  const [first] = shape.oneOf ?? shape.anyOf ?? shape.allOf ?? [];
  return first ? exampleOf(first, schemas) : byType([shape.type].flat()[0] as string, shape, schemas);
}

function byType(type: string, { properties = {}, items = {}, minimum = 1, format = '' }: Shape, schemas: Schemas): unknown {
  switch (type) {
    case 'object':
      return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, exampleOf(member, schemas)]));
    case 'array':
      return [exampleOf(items, schemas)];
    case 'integer':
    case 'number':
      return minimum;
    case 'boolean':
      return true;
    case 'string':
      return BY_FORMAT[format] ?? 'text';
    default:
      return null;
  }
}
