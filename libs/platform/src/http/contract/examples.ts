import type { JsonSchema } from '../../registry/events.js';

type Schemas = Readonly<Record<string, JsonSchema>>;

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d',
  'date-time': '2026-03-31T18:29:59Z',
  date: '2026-03-31',
  uri: 'https://example.com/',
};

/** A value that fits `schema`, made of the examples that its fields give: always the same one. */
export function exampleOf(schema: JsonSchema, schemas: Schemas): unknown {
  const s = schema as Record<string, any>;
  if (s.$ref) return exampleOf(schemas[String(s.$ref).split('/').at(-1)!] ?? {}, schemas);
  if (s.example !== undefined) return s.example as unknown;
  if (s.const !== undefined) return s.const as unknown;
  if (s.enum) return s.enum[0] as unknown;
  const first = (s.oneOf ?? s.anyOf ?? s.allOf)?.[0] as JsonSchema | undefined;
  if (first) return exampleOf(first, schemas);
  return byType([s.type].flat()[0] as string, s, schemas);
}

function byType(type: string, s: Record<string, any>, schemas: Schemas): unknown {
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries((s.properties ?? {}) as Schemas).map(([name, member]) => [name, exampleOf(member, schemas)]),
      );
    case 'array':
      return [exampleOf((s.items ?? {}) as JsonSchema, schemas)];
    case 'integer':
    case 'number':
      return (s.minimum ?? 1) as number;
    case 'boolean':
      return true;
    case 'string':
      return BY_FORMAT[s.format as string] ?? 'text';
    default:
      return null;
  }
}
