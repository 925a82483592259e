import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from './journal.js';

describe('journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replay-journal-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let path: string;
  beforeEach(() => (path = join(folder, 'new', `${Math.random()}.jsonl`)));

  it('has no run to take up when there is none', () => {
    expect(Journal.open(path, 'k')).toMatchObject({ run: 0, finished: true });
  });

  it('takes up an unfinished run with what was posted, also after a line cut short by a crash', () => {
    const journal = Journal.open(path, 'k');
    journal.begin(3);
    journal.markPosted(1);
    journal.markPosted(4);
    appendFileSync(path, '\n{"pos');
    Journal.open(path, 'k').markPosted(5);
    const again = Journal.open(path, 'k');
    expect([again.run, [...again.posted], again.finished]).toEqual([3, [1, 4, 5], false]);
  });

  it('knows a finished run, and --restart makes every run finished', () => {
    const journal = Journal.open(path, 'k');
    journal.begin(1);
    expect(Journal.open(path, 'k', true)).toMatchObject({ run: 1, finished: true });
    journal.markFinished();
    expect(Journal.open(path, 'k')).toMatchObject({ run: 1, finished: true });
  });

  it('forgets the run before when another begins', () => {
    const journal = Journal.open(path, 'k');
    journal.begin(1);
    journal.markPosted(1);
    journal.markFinished();
    journal.begin(2);
    expect([...Journal.open(path, 'k').posted]).toEqual([]);
  });

  it('of another replay is not taken up, and only --restart replaces it', () => {
    Journal.open(path, 'k').begin(7);
    expect(() => Journal.open(path, 'other')).toThrow('belongs to another file, client, API or other options');
    expect(Journal.open(path, 'other', true)).toMatchObject({ run: 0, finished: true });
  });

  it('is never written over a file that is none', () => {
    path = join(folder, 'notes.txt');
    writeFileSync(path, 'Dear diary');
    expect(() => Journal.open(path, 'k', true)).toThrow('is not a journal');
    expect(readFileSync(path, 'utf8')).toBe('Dear diary');
  });

  it('that cannot be read or written is told in one sentence', () => {
    expect(() => Journal.open(folder, 'k')).toThrow(`The journal ${folder} cannot be read`);
    const journal = Journal.open(join(folder, 'gone', 'a.jsonl'), 'k');
    writeFileSync(join(folder, 'gone'), '');
    expect(() => journal.begin(1)).toThrow('cannot be written');
  });
});
