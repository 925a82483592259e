import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { batchCount, cutBatches, rowsInBatch } from './log/batches.js';
import { ReplayFailure } from './failure.js';
import { runInFlight, type Task } from './in-flight.js';
import { Journal } from './journal.js';
import type { ReplayOptions } from './options.js';
import { Patience } from './api/patience.js';
import { PointsApi } from './api/points-api.js';
import { count, type Progress } from './progress.js';
import { sizeOf, type PurchaseLog } from './log/purchase-log.js';
import type { ReplayReport } from './report.js';
import { scanLog, type Scan } from './log/scan.js';
import { fetchOutcome, knownBatch } from './summary.js';

/** Changes when the same file and options would give other items. */
const SCHEME = 1;

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/**
 * Replays a purchase log and answers what the API then says. An unfinished run of the same journal is taken up; otherwise a new one begins.
 * Throws `ReplayFailure` for what a person must act on and `Stopped` when `stop` is aborted; the journal holds what was posted until then.
 */
export async function runReplay(options: ReplayOptions, progress: Progress, stop: AbortSignal): Promise<ReplayReport> {
  const began = Date.now();
  const failed = new AbortController();
  const halt = AbortSignal.any([stop, failed.signal]);
  const patience = new Patience(options.patienceMs, halt, (why, waitMs) =>
    progress.note(`${why}; trying again in ${Math.ceil(waitMs / 1000)} s`),
  );
  const api = new PointsApi(options, patience);

  const log: PurchaseLog = { ...options, bytes: await sizeOf(options.file) };
  progress.note(`Reading ${options.file}`);
  const scan = await scanLog(log, stop);
  const malformed = { rows: scan.malformed.total, groups: scan.malformed.list() };
  if (scan.rows + malformed.rows === 0) throw new ReplayFailure(`The file ${options.file} has no purchases below its heading.`);
  if (malformed.rows > 0) progress.note(`${count(malformed.rows)} malformed rows will not be posted; the summary names them.`);

  await api.signIn();
  const content = contentName(options, scan);
  const journal = openJournal(options, content);
  const requestId = (run: number, batch: number): string => `replay-${content}-${run}-${batch}`;
  await takeUpOrBegin(journal, api, requestId);

  const batches = batchCount(scan.rows, options.batchSize);
  const rowsPosted = [...journal.posted].reduce((sum, batch) => sum + rowsInBatch(batch, scan.rows, options.batchSize), 0);
  progress.begin(scan.rows, rowsPosted);
  async function* tasks(): AsyncGenerator<Task> {
    for await (const batch of cutBatches(log, scan, options.batchSize, stop)) {
      if (journal.posted.has(batch.number)) continue;
      const run = async (): Promise<void> => {
        await api.postBatch(requestId(journal.run, batch.number), batch.items, options.programId);
        journal.markPosted(batch.number);
        progress.advance(batch.items.length);
      };
      yield { alone: batch.refunds, run };
    }
  }
  await runInFlight(tasks(), options.inFlight, stop, () => failed.abort());
  progress.end();

  const requestIds = Array.from({ length: batches }, (_, index) => requestId(journal.run, index + 1));
  const outcome = await fetchOutcome(api, requestIds, options.inFlight, stop);
  journal.markFinished();
  const { file, apiUrl } = options;
  return { file, apiUrl, run: journal.run, requestIds, rows: scan.rows, malformed, ...outcome, seconds: (Date.now() - began) / 1000 };
}

/** Twelve hex digits over the file's bytes and every option that decides what is posted: the same name means the same batches. */
function contentName(options: ReplayOptions, { fileHash, layout }: Scan): string {
  const { currency, batchSize, programId } = options;
  return sha256([SCHEME, fileHash, layout.delimiter, layout.names, currency, batchSize, programId ?? null]).slice(0, 12);
}

function openJournal({ file, clientId, apiUrl, journal, restart }: ReplayOptions, content: string): Journal {
  const key = sha256([content, clientId, apiUrl]);
  const name = `${basename(file).replace(/[^\w.-]/g, '_')}-${key.slice(0, 12)}.jsonl`;
  return Journal.open(journal ?? join('.replay', name), key, restart);
}

/**
 * A run that did not finish is taken up, once the API has shown that it knows it. Otherwise the next number begins whose first batch the
 * API does not know, so that a lost journal never makes a new run answer with an old one's results.
 */
async function takeUpOrBegin(journal: Journal, api: PointsApi, requestId: (run: number, batch: number) => string): Promise<void> {
  if (!journal.finished) {
    const [posted] = journal.posted;
    if (posted !== undefined) await knownBatch(api, requestId(journal.run, posted));
    return;
  }
  let run = journal.run + 1;
  while (await api.findBatch(requestId(run, 1))) run++;
  journal.begin(run);
}
