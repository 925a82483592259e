import { parseArgs } from 'node:util';

export const SECTIONS = ['ledger', 'lists', 'http', 'growth', 'directory', 'recommender', 'cashback'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** How long and how much is measured. */
export interface Options {
  readonly sections: readonly SectionName[];
  /** How often every contestant takes its turn; the median counts. */
  readonly rounds: number;
  /** Length of one turn of callers that wait for their answers. */
  readonly turnMs: number;
  /** Postings in one turn of lists, at least. */
  readonly turnPostings: number;
  /** Sizes of the ledger, in entries, between which the growth of cost is looked at. */
  readonly entries: readonly number[];
  /** A log of real purchases for the recommender; without it, some are invented. */
  readonly purchases?: string;
  /** Whether `docs/performance.md` is written. */
  readonly write: boolean;
  /** As it was called, for the page. */
  readonly called: string;
}

export const USAGE = `npm run bench -- [options]

  --quick          about a minute: fewer and shorter rounds
  --large          grows the ledger to 10 million entries too (about ten minutes and 10 GB more)
  --only SECTION   ${SECTIONS.join(', ')}; may be given more than once
  --purchases FILE a log of purchases for the recommender: customer, YYYYMMDD, number, amount, below a heading
  --write          puts the result into docs/performance.md
`;

/** Reads the command line. Throws an Error of one sentence for what it does not know. */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      purchases: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const sections = values.only ?? [...SECTIONS];
  const unknown = sections.find((name) => !(SECTIONS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`there is no section ${unknown}: choose from ${SECTIONS.join(', ')}`);
  return {
    sections: SECTIONS.filter((name) => sections.includes(name)),
    ...(values.quick ? { rounds: 2, turnMs: 400, turnPostings: 2_000 } : { rounds: 5, turnMs: 1_000, turnPostings: 5_000 }),
    entries: [10_000, 1_000_000, ...(values.large ? [10_000_000] : [])],
    ...(values.purchases !== undefined && { purchases: values.purchases }),
    write: values.write,
    called: ['npm run bench', ...(args.length > 0 ? ['--'] : []), ...args.filter((argument) => argument !== '--write')].join(' '),
  };
}
