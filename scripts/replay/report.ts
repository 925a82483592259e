import { count } from './progress.js';
import type { RefusalGroup } from './refusals.js';
import type { Outcome } from './summary.js';

/** Everything a finished replay tells. */
export interface ReplayReport extends Outcome {
  readonly file: string;
  readonly apiUrl: string;
  readonly run: number;
  /** The run's batches, in order. */
  readonly requestIds: readonly string[];
  /** Rows that could be read, all posted. */
  readonly rows: number;
  /** Rows that could not, never posted. */
  readonly malformed: { readonly rows: number; readonly groups: readonly RefusalGroup[] };
  /** Seconds that this start took. */
  readonly seconds: number;
}

const GROUPS_SHOWN = 20;
const EXAMPLES_SHOWN = 5;

/** What should worry the reader: rows that the API did not count, books that do not balance. One sentence each. */
export function worries({ rows, totals, reconciliation }: ReplayReport): string[] {
  const { processed, accepted, duplicates, rejected } = totals;
  const differences = reconciliation.differences.length;
  const found: string[] = [];
  if (processed !== rows) found.push(`The API counts ${count(processed)} purchases where ${count(rows)} rows were posted.`);
  if (accepted + duplicates + rejected !== processed)
    found.push('Accepted, duplicate and rejected purchases do not add up to the processed ones.');
  if (!reconciliation.balanced) found.push(`The ledger does not balance: ${count(differences)} difference${differences === 1 ? '' : 's'}.`);
  return found;
}

/** The report as a table for people. */
export function asTable(report: ReplayReport): string {
  const { totals, reconciliation, malformed } = report;
  const rows: [string, string][] = [
    ['Purchases processed', count(totals.processed)],
    ['  accepted', count(totals.accepted)],
    ['  duplicates', count(totals.duplicates)],
    ['  rejected', count(totals.rejected)],
    ['Points issued', grouped(totals.points)],
    ['Members', count(totals.members)],
    ['Ledger', reconciliation.balanced ? 'balanced' : 'NOT BALANCED'],
  ];
  if (malformed.rows > 0) rows.push(['Malformed rows, not posted', count(malformed.rows)]);
  const left = Math.max(...rows.map(([name]) => name.length));
  const right = Math.max(...rows.map(([, value]) => value.length));
  return [
    `Replay of ${report.file}, run ${report.run}, ${count(report.requestIds.length)} batches, ${report.seconds.toFixed(1)} s. By ${report.apiUrl}:`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(left)}  ${value.padStart(right)}`),
    ...refusalLines('Rejected by the API', totals.refusals),
    ...refusalLines('Malformed', malformed.groups),
    '',
  ].join('\n');
}

function refusalLines(title: string, groups: readonly RefusalGroup[]): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, GROUPS_SHOWN).flatMap((group) => {
    const examples = group.examples.slice(0, EXAMPLES_SHOWN).join('; ');
    return [`  ${count(group.rows)} x ${group.code}: ${group.reason}`, `      ${examples}${group.rows > EXAMPLES_SHOWN ? '; ...' : ''}`];
  });
  const rest = groups.length - GROUPS_SHOWN;
  return ['', `${title}:`, ...shown, ...(rest > 0 ? [`  and ${count(rest)} reasons more (--json tells them)`] : [])];
}

/** The report as one JSON object, in the API's words; points are exact as a number. */
export function asJson(report: ReplayReport): string {
  const { points, refusals, ...counts } = report.totals;
  return JSON.stringify({
    file: report.file,
    api_url: report.apiUrl,
    run: report.run,
    batches: report.requestIds.length,
    first_request_id: report.requestIds[0] ?? null,
    last_request_id: report.requestIds.at(-1) ?? null,
    ...counts,
    points: Number(points),
    refusals,
    malformed: report.malformed,
    reconciliation: report.reconciliation,
    seconds: report.seconds,
    worries: worries(report),
  });
}

const grouped = (decimal: string): string => decimal.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
