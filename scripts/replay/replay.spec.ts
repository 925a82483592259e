import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageReplay, Text } from '../../test/support/replay-stage.js';
import { replayCommand } from './command.js';

describe('replay against an API that speaks the documented answers', () => {
  const stage = stageReplay();

  it('posts every purchase once, in the API’s words, and tells what the API then says', async () => {
    const { status, summary } = await stage.replay(['--program-id', 'p1', '--in-flight', '2']);
    expect([status, summary]).toMatchObject([
      0,
      { ...stage.everything, run: 1, batches: 4, reconciliation: { balanced: true }, worries: [] },
    ]);
    expect(JSON.parse(stage.api.items.get('00002-19970112-1-12.00#2') ?? '')).toEqual({
      id: '00002-19970112-1-12.00#2',
      type: 'purchase',
      member_reference: '00002',
      amount: '12.00',
      currency: 'USD',
      occurred_at: '1997-01-12T00:00:00Z',
    });
    expect([...stage.api.programIds]).toEqual(['p1']);
    expect(stage.api.done.every((requestId) => /^replay-[0-9a-f]{12}-1-[1-4]$/.test(requestId))).toBe(true);
  });

  it('keeps as many requests under way as it was told', async () => {
    stage.api.delayMs = 20;
    await stage.replay(['--in-flight', '3', '--batch-size', '2']);
    expect(stage.api.mostAtOnce).toBe(3);
  });

  it('issues nothing the second time: new batches, the same items (C5.6)', async () => {
    await stage.replay();
    const { summary } = await stage.replay();
    expect(summary).toMatchObject({ run: 2, processed: 40, accepted: 0, duplicates: 40, points: 0, members: 38 });
    expect([stage.api.points, stage.api.replays]).toEqual([832, 0]);
  });

  it('issues nothing for the same file in another order, or without its journal', async () => {
    await stage.replay();
    const [heading, ...rows] = stage.cdnow.split('\r\n').filter(Boolean);
    writeFileSync(stage.log, [heading, ...rows.reverse()].join('\n'));
    expect((await stage.replay(['--restart'])).summary).toMatchObject({ run: 1, duplicates: 40, points: 0 });
    rmSync(join(stage.folder, 'journal.jsonl'));
    expect((await stage.replay()).summary).toMatchObject({ run: 2, duplicates: 40, points: 0 });
  });

  it('posts no malformed row, and names each with its line', async () => {
    writeFileSync(stage.log, `${stage.cdnow} 00099 19970230  1   5.00\r\n 00099 19970201  1\r\n 00099 19970201  1   5,00\r\n`);
    const { status, summary } = await stage.replay();
    expect([status, summary]).toMatchObject([0, { ...stage.everything, malformed: { rows: 3 } }]);
    const { groups } = summary.malformed as { groups: { reason: string; examples: string[] }[] };
    expect(groups.map(({ reason, examples }) => `${reason} | ${examples.join()}`)).toEqual([
      'date is not a date as YYYYMMDD, YYYY-MM-DD or ISO 8601 with a time | line 42: "19970230"',
      'has 3 columns where the heading has 4 | line 43',
      'dollar_value is not a plain decimal number such as 11.77 | line 44: "5,00"',
    ]);
  });

  it('reads CSV with its own columns, and posts a refund only after its purchase', async () => {
    const sold = Array.from({ length: 20 }, (_, index) => `purchase;m1;2024-03-01;10.00;s${index};`);
    const refunded = ['refund;m1;2024-03-02;4.00;r1;s19', 'refund;m1;2024-03-02;4.00;r2;unknown'];
    writeFileSync(stage.log, ['kind;who;day;spent;no;of', ...sold, ...refunded].join('\n'));
    let posted = 0;
    stage.api.fault = (method, path) => {
      stage.api.delayMs = method === 'POST' && path === '/points/batches' && ++posted < 5 ? 50 : 0; // the refunds would overtake
      return undefined;
    };
    const columns = { reference: 'who', amount: 'spent', date: 'day', id: 'no', type: 'kind', original: 'of' };
    const named = Object.entries(columns).map(([field, name]) => `--${field}-column=${name}`);
    const { summary } = await stage.replay([...named, '--currency', 'EUR', '--batch-size', '5', '--in-flight', '8']);
    expect(summary).toMatchObject({ processed: 22, accepted: 21, rejected: 1, points: 196 });
    expect(summary.refusals).toEqual([{ code: 'not_found', reason: 'The original purchase is not known', rows: 1, examples: ['r2'] }]);
  });

  it('groups what the API rejects by code and reason, with examples', async () => {
    writeFileSync(stage.log, `${stage.cdnow} blocked1 19970201  1   5.00\r\n blocked2 19970201  1   5.00\r\n`);
    expect((await stage.replay()).summary.refusals).toEqual([
      {
        code: 'invalid_state',
        reason: 'The member is blocked',
        rows: 2,
        examples: ['blocked1-19970201-1-5.00', 'blocked2-19970201-1-5.00'],
      },
    ]);
  });

  it('fails when the books do not balance', async () => {
    stage.api.balanced = false;
    const { status, told, summary } = await stage.replay();
    expect([status, summary.worries]).toEqual([1, ['The ledger does not balance: 1 difference.']]);
    expect(told).toContain('The ledger does not balance');
  });

  it.each([
    ['bad credentials', ['--client-secret', 'wrong'], 'The client is unknown or its secret is wrong (401 invalid_client)'],
    ['an unknown column', ['--amount-column', 'spent'], 'The heading has no column "spent"'],
    ['an unknown option', ['--spent'], "Unknown option '--spent'"],
  ])('says in one sentence: %s', async (_, args, sentence) => {
    const { status, told } = await stage.replay(args);
    expect([status, told]).toEqual([1, expect.stringContaining(sentence)]);
    expect(told).not.toMatch(/\n\s+at /);
  });

  it('says what a client is not allowed before anything is posted', async () => {
    stage.api.scope = 'points:write members:read';
    expect((await stage.replay()).told).toContain('lacks the scope points:read ledger:read');
    expect(stage.api.posts).toEqual([]);
  });

  it('says that a file is missing, empty or has no purchases', async () => {
    writeFileSync(stage.log, '');
    expect((await stage.replay()).told).toContain('is empty');
    writeFileSync(stage.log, stage.cdnow.slice(0, stage.cdnow.indexOf('\n')));
    expect((await stage.replay()).told).toContain('has no purchases below its heading');
    stage.log = join(stage.folder, 'nowhere.txt');
    expect((await stage.replay()).told).toContain('There is no file');
  });

  it('tells its help, and keeps no secret in its journal', async () => {
    const stdout = new Text();
    await replayCommand({ args: ['--help'], env: {}, stdout, stderr: new Text(), stop: new AbortController().signal });
    expect(stdout.text).toContain('--patience MINUTES');
    await stage.replay();
    expect(readdirSync(stage.folder)).toContain('journal.jsonl');
    expect(readFileSync(join(stage.folder, 'journal.jsonl'), 'utf8')).not.toContain('s:cret');
  });
});
