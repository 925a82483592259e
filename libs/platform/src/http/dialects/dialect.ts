import type { DomainError } from '@tallystick/kernel';
import type { AppName } from '../../ground.js';
import type { JsonSchema } from '../../registry/events.js';
import type { Envelope } from '../envelope.js';

/** The envelope of a dialect: how its answers look, and how the contract describes them. */
export interface DialectEnvelope extends Envelope {
  /** The schema of a success whose data has the schema `data`. */
  successSchema(data: JsonSchema, status: number): JsonSchema;
  /** The schema of the refusals that an operation gives with one status. */
  refusalSchema(refusals: readonly DomainError[], status: number): JsonSchema;
  /** The code that the text of an answer carries, whatever its status says (C10.2); undefined where there is none. */
  codeIn(text: string): string | undefined;
}

/** Paths of a dialect that share an envelope. */
export interface DialectPaths {
  /** What they begin with, as `/lbms-ingress`; no path of another surface does. */
  readonly prefix: string;
  readonly envelope: DialectEnvelope;
  /** Added to the operation ids below it, where the same handlers answer below two prefixes. */
  readonly operationSuffix?: string;
}

/** Another system's API, spoken on paths of its own over our operations (docs/adr/0011-dialects.md). */
export interface Dialect {
  readonly app: AppName;
  /** Its folder in `apps/<app>/src/dialects`, its contract `contracts/<app>.<name>.json`, its page `/api/docs/<name>`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly paths: readonly DialectPaths[];
  /** The code of a success; every other code is a refusal. */
  readonly successCode: string;
  /** Every code that its answers can carry: they are labels of figures. */
  readonly codes: readonly string[];
  /** How its callers show their token, for the contract. */
  readonly securityScheme: object;
  /** What its callers write before their token in `authorization`, where that is not `Bearer`; which is taken too. */
  readonly tokenScheme?: string;
}

const catalogue: Dialect[] = [];

/** Declares a dialect; two that claim a path, or a name twice, stop the process from starting. */
export function defineDialect(dialect: Dialect): Dialect {
  for (const other of catalogue) {
    if (other.app === dialect.app && other.name === dialect.name) throw new Error(`the dialect ${dialect.name} is declared twice`);
    const claimed = dialect.paths.find(({ prefix }) => other.paths.some((theirs) => theirs.prefix === prefix));
    if (claimed) throw new Error(`the dialects ${other.name} and ${dialect.name} both claim ${claimed.prefix}`);
  }
  catalogue.push(dialect);
  return dialect;
}

/** The dialects that an app speaks, by name. */
export const dialectsOf = (app: AppName): Dialect[] =>
  catalogue.filter((dialect) => dialect.app === app).sort((a, b) => (a.name < b.name ? -1 : 1));

/** A dialect, and which of its paths. */
export interface DialectPlace {
  readonly dialect: Dialect;
  readonly paths: DialectPaths;
}

/** To whom a path belongs; undefined for the native surface. By the path alone, never by guess (ERR-08): the longest prefix wins. */
export function dialectAt(app: AppName, url: string): DialectPlace | undefined {
  const [path = ''] = url.split('?');
  return dialectsOf(app)
    .flatMap((dialect) => dialect.paths.map((paths) => ({ dialect, paths })))
    .filter(({ paths: { prefix } }) => path === prefix || path.startsWith(`${prefix}/`))
    .sort((a, b) => b.paths.prefix.length - a.paths.prefix.length)[0];
}
