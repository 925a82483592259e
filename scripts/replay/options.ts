import { parseArgs } from 'node:util';
import type { Credentials } from './api/access-token.js';
import type { Demo } from './demo.js';
import { ReplayFailure } from './failure.js';
import type { ColumnNames } from './log/layout.js';
import { BLANKS } from './log/records.js';

/** Everything a replay was asked to do. */
export interface ReplayOptions extends Credentials {
  readonly file: string;
  readonly programId?: string;
  readonly currency: string;
  readonly columns: ColumnNames;
  readonly delimiter?: string;
  /** Purchases in one request, 1 to 5,000. */
  readonly batchSize: number;
  /** Requests at the same time. */
  readonly inFlight: number;
  readonly patienceMs: number;
  /** Where the journal is, if not under `.replay/`. */
  readonly journal?: string;
  readonly restart: boolean;
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const FLAGS = {
  'api-url': text,
  'client-id': text,
  'client-secret': text,
  'program-id': text,
  currency: text,
  'reference-column': text,
  'amount-column': text,
  'date-column': text,
  'id-column': text,
  'quantity-column': text,
  'currency-column': text,
  'type-column': text,
  'original-column': text,
  delimiter: text,
  'batch-size': text,
  'in-flight': text,
  patience: text,
  journal: text,
  restart: flag,
  json: flag,
  help: { type: 'boolean', short: 'h' },
} as const;

const DELIMITERS: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', '\\t': '\t', pipe: '|', space: BLANKS };

/**
 * Reads the command line; what it leaves out comes from the environment, then from the running demo. The demo's credentials are used only
 * for the demo's own API. Answers `help` when asked for it; throws `ReplayFailure` that names what to correct.
 */
export function readOptions(args: string[], env: Readonly<Record<string, string | undefined>>, demo: Demo): ReplayOptions | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [file, ...others] = positionals;
  if (file === undefined) throw new ReplayFailure('Name the purchase log to replay: npm run replay -- FILE; --help lists the options.');
  if (others.length > 0) throw new ReplayFailure(`One file at a time: what is "${others[0]}"?`);

  const apiUrl = readUrl(values['api-url'] ?? env.TALLYSTICK_API_URL ?? demo.public_api_url ?? 'http://127.0.0.1:3001');
  const ofDemo = demo.public_api_url !== undefined && apiUrl === readUrl(demo.public_api_url);
  const clientId = values['client-id'] ?? env.TALLYSTICK_CLIENT_ID ?? (ofDemo ? demo.client_id : undefined);
  const clientSecret =
    values['client-secret'] ?? env.TALLYSTICK_CLIENT_SECRET ?? (clientId === demo.client_id && ofDemo ? demo.client_secret : undefined);
  if (!clientId || !clientSecret)
    throw new ReplayFailure(`Give ${clientId ? '' : '--client-id and '}--client-secret, or start the demo with npm start.`);

  const currency = values.currency ?? (ofDemo ? demo.currency : undefined) ?? 'USD';
  if (!/^[A-Z]{3}$/.test(currency)) throw new ReplayFailure(`--currency must be a currency code such as USD, not "${currency}".`);
  return {
    file,
    apiUrl,
    clientId,
    clientSecret,
    programId: values['program-id'],
    currency,
    columns: {
      reference: values['reference-column'],
      amount: values['amount-column'],
      date: values['date-column'],
      id: values['id-column'],
      quantity: values['quantity-column'],
      currency: values['currency-column'],
      type: values['type-column'],
      original: values['original-column'],
    },
    delimiter: readDelimiter(values.delimiter),
    batchSize: readNumber('batch-size', values['batch-size'] ?? '1000', 1, 5_000),
    inFlight: readNumber('in-flight', values['in-flight'] ?? '4', 1, 64),
    patienceMs: readNumber('patience', values.patience ?? '10', 0, 10_080, /^\d+(\.\d+)?$/) * 60_000,
    journal: values.journal,
    restart: values.restart ?? false,
    json: values.json ?? false,
  };
}

function parse(args: string[]): ReturnType<typeof parseArgs<{ options: typeof FLAGS; allowPositionals: true }>> {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: true });
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s|\n/);
    throw new ReplayFailure(`${sentence?.replace(/\.$/, '')}; --help lists the options.`);
  }
}

/** The address without `/api/v1` and trailing slashes. */
function readUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new ReplayFailure(`--api-url must be a web address such as http://127.0.0.1:3001, not "${given}".`);
  return (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/api\/v1$/, '');
}

function readDelimiter(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const delimiter = DELIMITERS[given] ?? given;
  if (delimiter.length !== 1 || delimiter === '"') {
    throw new ReplayFailure(`--delimiter must be one character or ${Object.keys(DELIMITERS).join(', ')}, not "${given}".`);
  }
  return delimiter;
}

function readNumber(name: string, given: string, least: number, most: number, form = /^\d+$/): number {
  const value = form.test(given) ? Number(given) : Number.NaN;
  if (!(value >= least && value <= most)) throw new ReplayFailure(`--${name} must be a number from ${least} to ${most}, not "${given}".`);
  return value;
}
