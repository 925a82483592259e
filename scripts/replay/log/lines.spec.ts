import { LONGEST_LINE, readLines, type Line } from './lines.js';
import { BLANKS, readRecords, type LogRecord } from './records.js';

async function* chunks(text: string | Buffer, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}
const linesOf = (text: string | Buffer, size?: number): Promise<Line[]> => collect(readLines(chunks(text, size)));
const recordsOf = (text: string, delimiter = ','): Promise<LogRecord[]> => collect(readRecords(readLines(chunks(text, 4096)), delimiter));

describe('lines of a log (FIL-03)', () => {
  it.each([1, 2, 5, 1000])('cuts LF and CRLF mixed, without byte order mark, in chunks of %d', async (size) => {
    const found = await linesOf('\ufeffé,b\r\n1,2\n\r\nlast', size);
    expect(found.map((line) => [line.number, line.text])).toEqual([
      [1, 'é,b'],
      [2, '1,2'],
      [3, ''],
      [4, 'last'],
    ]);
  });

  it('refuses UTF-16 in one sentence', async () => {
    await expect(linesOf(Buffer.from('\ufeffa,b', 'utf16le'), 64)).rejects.toThrow('UTF-16; save it as UTF-8');
  });

  it('keeps only the beginning of an endless line, and reads on after it', async () => {
    const found = await linesOf(`a\n${'x'.repeat(LONGEST_LINE * 3)}\nb\n`, 1000);
    expect(found.map((line) => [line.number, line.tooLong])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
    expect(found[1]?.text).toHaveLength(LONGEST_LINE);
  });

  it('tells an endless last line too', async () => {
    expect((await linesOf('x'.repeat(LONGEST_LINE * 2), 1000))[0]).toMatchObject({ number: 1, tooLong: true });
  });
});

describe('records of a log (FIL-03)', () => {
  it('follows quotes over lines and passes over blank lines', async () => {
    expect(await recordsOf('"a, ""b""",1\n\n"two\nlines", 2 \n3,4')).toEqual([
      { line: 1, cells: ['a, "b"', '1'] },
      { line: 3, cells: ['two\nlines', '2'] },
      { line: 5, cells: ['3', '4'] },
    ]);
  });

  it.each([
    ['a stray quote', 'a"b,1\nc,2\nd,3', 'a quote is not closed'],
    ['a quote that closes too early', '"a"b,1\nc,2\nd,3', 'a quote is out of place'],
    ['two stray quotes on two lines', 'a"b,1\nc,2\nd,3\ne"f,4', 'a quote is out of place'],
  ])('%s costs its own line, never the others', async (_, text, problem) => {
    const found = await recordsOf(text);
    expect(found[0]).toEqual({ line: 1, problem });
    expect(found).toContainEqual({ line: 2, cells: ['c', '2'] });
    expect(found).toContainEqual({ line: 3, cells: ['d', '3'] });
  });

  it('does not let an open quote swallow more than a hundred lines', async () => {
    const found = await recordsOf(`"open,1\n${'a,2\n'.repeat(300)}`);
    expect(found[0]).toEqual({ line: 1, problem: 'a quote is not closed' });
    expect(found.slice(1)).toEqual(Array.from({ length: 300 }, (_, index) => ({ line: index + 2, cells: ['a', '2'] })));
  });

  it('refuses a line that is too long, also within an open quote', async () => {
    const found = await recordsOf(`"open,1\n${'x'.repeat(LONGEST_LINE + 1)}\nb,2`);
    expect(found).toEqual([
      { line: 1, problem: 'a quote is not closed' },
      { line: 2, problem: 'the line is too long' },
      { line: 3, cells: ['b', '2'] },
    ]);
  });

  it('takes runs of blanks as one, and quotes there as they are', async () => {
    expect(await recordsOf(' 00001 19970101  1   11.77\r\n 5" 2', BLANKS)).toEqual([
      { line: 1, cells: ['00001', '19970101', '1', '11.77'] },
      { line: 2, cells: ['5"', '2'] },
    ]);
  });
});
