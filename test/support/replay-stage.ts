import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { replayCommand } from '../../scripts/replay/command.js';
import { PointsApiDouble } from './points-api-double.js';

/** What a command writes, as text. */
export class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const row = (customer: number, rest: string): string => ` ${String(customer).padStart(5, '0')} ${rest}\r\n`;

/** A folder with a log, an API double and the command between them, new for each test. */
export class ReplayStage {
  api = new PointsApiDouble();
  folder = '';
  log = '';
  /** 40 purchases of 38 customers in the CDNOW layout, one of them repeated. */
  readonly cdnow = [
    ' customer_id  date number_of_cds  dollar_value\r\n',
    row(1, '19970101  1   11.77'),
    row(2, '19970112  1   12.00'),
    row(2, '19970112  5   77.00'),
    ...Array.from({ length: 36 }, (_, index) => row(index + 3, '19970102  2   20.76')),
    row(2, '19970112  1   12.00'),
  ].join('');
  /** What the API says of them at one point a dollar, floor per purchase: 11 + 12 + 77 + 36 x 20 + 12. */
  readonly everything = { processed: 40, accepted: 40, duplicates: 0, rejected: 0, points: 832, members: 38 };

  async set(): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), 'replay-'));
    this.log = join(this.folder, 'log.txt');
    writeFileSync(this.log, this.cdnow);
    this.api = new PointsApiDouble();
    await this.api.start();
  }

  async strike(): Promise<void> {
    await this.api.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Runs the command in batches of ten with a journal in the folder; answers its exit status, what it told and its JSON summary. */
  async replay(
    args: string[] = [],
    stop = new AbortController().signal,
  ): Promise<{ status: number; told: string; summary: Record<string, unknown> }> {
    const [stdout, stderr] = [new Text(), new Text()];
    const journal = ['--batch-size', '10', '--journal', join(this.folder, 'journal.jsonl'), '--json'];
    const client = ['--api-url', this.api.url, '--client-id', 'client', '--client-secret', 's:cret'];
    const env = { TALLYSTICK_DATA_DIR: this.folder };
    const status = await replayCommand({ args: [...client, ...journal, ...args, this.log], env, stdout, stderr, stop });
    return { status, told: stderr.text, summary: stdout.text === '' ? {} : (JSON.parse(stdout.text) as Record<string, unknown>) };
  }
}

/** Sets a new stage before each test of the file and strikes it afterwards. */
export function stageReplay(): ReplayStage {
  const stage = new ReplayStage();
  beforeEach(() => stage.set());
  afterEach(() => stage.strike());
  return stage;
}
