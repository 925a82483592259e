import { createReadStream, createWriteStream, openSync, readSync, closeSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { ExportRecord } from '@tallystick/ledger';
import { CommandFailure } from './failure.js';

/** Writes records as JSON Lines into a draft, compressed when the name ends in `.gz`; it gets that name once it is whole. */
export async function writeRecords(file: string, draft: string, records: AsyncIterable<ExportRecord>): Promise<void> {
  const lines = Readable.from(
    (async function* () {
      for await (const record of records) yield `${JSON.stringify(record)}\n`;
    })(),
  );
  const target = createWriteStream(draft);
  await (file.endsWith('.gz') ? pipeline(lines, createGzip({ level: 3 }), target) : pipeline(lines, target));
  await rename(draft, file);
}

/** Finds out that the file cannot be written before everything is read for it. */
export function openDraft(file: string): string {
  const draft = `${file}.part`;
  try {
    closeSync(openSync(draft, 'w', 0o600));
  } catch (error) {
    throw new CommandFailure(`${file} cannot be written: ${(error as Error).message}`);
  }
  return draft;
}

/** The lines of a text file, compressed or not. */
export async function* readLines(file: string): AsyncGenerator<string> {
  const compressed = isCompressed(file);
  const source = createReadStream(file);
  const input = compressed ? source.pipe(createGunzip()) : source;
  source.on('error', (error) => input.destroy(error));
  input.setEncoding('utf8');
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() as string;
    yield* lines;
  }
  if (rest) yield rest;
}

function isCompressed(file: string): boolean {
  const magic = Buffer.alloc(2);
  try {
    const descriptor = openSync(file, 'r');
    readSync(descriptor, magic, 0, 2, 0);
    closeSync(descriptor);
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`);
  }
  return magic.equals(Buffer.of(0x1f, 0x8b));
}
