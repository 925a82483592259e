import { StringDecoder } from 'node:string_decoder';
import { ReplayFailure } from '../failure.js';

/** The longest line that is read, in characters; a longer one is refused without being held in memory. */
export const LONGEST_LINE = 65_536;

/** One physical line without its end; `tooLong` lines keep only their beginning. */
export interface Line {
  /** Counted from 1, the heading included. */
  readonly number: number;
  readonly text: string;
  readonly tooLong: boolean;
}

const UTF16_MARKS = new Set(['fffe', 'feff']);

/**
 * Cuts UTF-8 bytes into lines that end in LF or CRLF, mixed or not, without the byte order mark.
 * Holds one chunk and one line at a time. Throws `ReplayFailure` for UTF-16.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8');
  let number = 0;
  let rest = '';
  let tooLong = false;
  let first = true;
  const line = (text: string): Line => {
    const unmarked = number === 0 && text.startsWith('\ufeff') ? text.slice(1) : text;
    return { number: ++number, text: unmarked.endsWith('\r') ? unmarked.slice(0, -1) : unmarked, tooLong };
  };

  for await (const chunk of chunks) {
    if (first && UTF16_MARKS.has(chunk.subarray(0, 2).toString('hex'))) throw new ReplayFailure('The file is in UTF-16; save it as UTF-8.');
    first = false;
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() as string;
    for (const part of parts) {
      tooLong ||= part.length > LONGEST_LINE;
      yield line(tooLong ? part.slice(0, LONGEST_LINE) : part);
      tooLong = false;
    }
    if (rest.length > LONGEST_LINE) {
      tooLong = true;
      rest = rest.slice(0, LONGEST_LINE);
    }
  }
  rest += decoder.end();
  if (rest !== '' || tooLong) yield line(rest);
}
