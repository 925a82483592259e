import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../test/support/points-api-double.js';
import { stageReplay } from '../../test/support/replay-stage.js';

const posting = (method: string, path: string): boolean => method === 'POST' && path === '/points/batches';

describe('replay when things break', () => {
  const stage = stageReplay();
  const once = (when: (method: string, path: string) => boolean, fault: Fault, times = 1): void => {
    stage.api.fault = (method, path) => (when(method, path) && times-- > 0 ? fault : undefined);
  };

  it.each<[string, Fault]>([
    ['the connection breaks', 'reset'],
    ['the connection breaks after the commit (IDM-08)', 'reset-after-commit'],
    ['503 with Retry-After (ERR-07)', { status: 503, headers: { 'retry-after': '0' } }],
    ['502 of a proxy', { status: 502, body: 'bad gateway' }],
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['401 of an early end', { status: 401, body: { code: 'token_expired', message: 'The token has expired' } }],
    ['409 while the same batch runs (C5.4)', { status: 409, headers: { 'retry-after': '0' }, body: { code: 'idempotency_in_progress' } }],
  ])('goes on after: %s', async (_, fault) => {
    once(posting, fault, 2);
    const { status, summary } = await stage.replay(['--in-flight', '2']);
    expect([status, summary]).toMatchObject([0, stage.everything]);
    expect(stage.api.points).toBe(832);
  });

  it('waits as long as Retry-After says', async () => {
    once(posting, { status: 503, headers: { 'retry-after': '1' } });
    const began = Date.now();
    const { told } = await stage.replay();
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
    expect(told).toContain('the API answers 503; trying again in 1 s');
  });

  it('outlasts an API that is away for signing in, posting and the summary alike', async () => {
    let calls = 0;
    stage.api.fault = () => (calls++ % 2 === 0 ? { status: 503, headers: { 'retry-after': '0' } } : undefined);
    expect((await stage.replay()).summary).toMatchObject(stage.everything);
  });

  it('renews its token before it expires', async () => {
    stage.api.expiresIn = 3;
    stage.api.delayMs = 500;
    expect((await stage.replay(['--in-flight', '1'])).summary).toMatchObject(stage.everything);
    expect(stage.api.tokens.length).toBeGreaterThan(2);
    expect(stage.api.unauthorized).toBe(0);
  });

  it('goes on after its token was revoked, with one renewal for all that wait', async () => {
    let seen = 0;
    stage.api.delayMs = 10;
    stage.api.fault = (method, path) => {
      if (posting(method, path) && ++seen === 3) stage.api.valid.clear();
      return undefined;
    };
    expect((await stage.replay()).summary).toMatchObject(stage.everything);
    expect(stage.api.tokens.length).toBeLessThanOrEqual(3);
  });

  it.each<[string, Fault, string]>([
    [
      'another content under the id (C5.3)',
      { status: 422, body: { code: 'idempotency_key_reused', message: 'Used before' } },
      'Used before (422 idempotency_key_reused)',
    ],
    [
      'a validation error',
      { status: 400, body: { code: 'validation_error', message: 'Validation failed', errors: { program_id: ['unknown'] } } },
      '{"program_id":["unknown"]}',
    ],
    ['a redirect', { status: 301, headers: { location: '/elsewhere' } }, 'redirects elsewhere'],
  ])('does not repeat what is refused: %s', async (_, fault, sentence) => {
    const refused = { times: 0 };
    stage.api.fault = (method, path) => (posting(method, path) ? (refused.times++, fault) : undefined);
    const { status, told } = await stage.replay(['--in-flight', '1']);
    expect([status, refused.times]).toEqual([1, 1]);
    expect(told).toContain(sentence);
    expect(told).toContain('0 of 40 rows are posted. To resume: npm run replay --');
    expect(told).not.toContain('s:cret');
  });

  it('ends at once when one batch is refused while another waits', async () => {
    let posted = 0;
    const away: Fault = { status: 503, headers: { 'retry-after': '60' } };
    const refused: Fault = { status: 400, body: { code: 'validation_error', message: 'Validation failed' } };
    stage.api.fault = (method, path) => (posting(method, path) ? (posted++ === 0 ? away : refused) : undefined);
    expect((await stage.replay(['--in-flight', '2'])).told).toContain('Validation failed (400 validation_error)');
  });

  it('takes a second 401 in a row for an answer', async () => {
    const revoked: Fault = { status: 401, body: { code: 'authentication_failed', message: 'The client was disabled' } };
    stage.api.fault = (method, path) => (posting(method, path) ? revoked : undefined);
    const { status, told } = await stage.replay();
    expect([status, told]).toEqual([1, expect.stringContaining('The client was disabled (401 authentication_failed)')]);
  });

  it('gives up when patience ends, and the next start goes on', async () => {
    stage.api.fault = (method, path) => (posting(method, path) && stage.api.done.length >= 2 ? 'reset' : undefined);
    const { status, told } = await stage.replay(['--patience', '0.01', '--in-flight', '1']);
    expect(status).toBe(1);
    expect(told).toMatch(/Gave up after 0.01 minutes of trying: .* does not answer \((ECONNRESET|UND_ERR_SOCKET)\)/);
    stage.api.fault = () => undefined;
    expect((await stage.replay()).summary).toMatchObject({ ...stage.everything, run: 1 });
    expect([stage.api.points, stage.api.replays]).toEqual([832, 0]);
  });

  it('stopped by Ctrl-C ends what is under way, says how to resume, and resumes', async () => {
    const stop = new AbortController();
    stage.api.delayMs = 30;
    stage.api.fault = (method, path) => {
      if (posting(method, path)) stop.abort();
      return undefined;
    };
    const { status, told } = await stage.replay(['--in-flight', '2'], stop.signal);
    expect(status).toBe(130);
    expect(told).toMatch(/[12]0 of 40 rows are posted. To resume: npm run replay -- .*--client-secret \.\.\./);
    const before = stage.api.posts.length;
    expect((await stage.replay()).summary).toMatchObject({ ...stage.everything, run: 1 });
    expect([stage.api.posts.length, before]).toEqual([4, before]);
  });

  it('stopped while it waits for an API that is away does not wait for it', async () => {
    const stop = new AbortController();
    stage.api.fault = (method, path) =>
      posting(method, path) ? (setTimeout(() => stop.abort(), 20), { status: 503, headers: { 'retry-after': '60' } }) : undefined;
    expect((await stage.replay([], stop.signal)).status).toBe(130);
  });

  it('killed with batches done but not noted, sends the same batches again and issues nothing twice (IDM-08)', async () => {
    once(posting, 'hang-after-commit', 4);
    void stage.replay(['--in-flight', '2', '--patience', '0']); // never answered, never heard of again
    while (stage.api.done.length < 2) await sleep(5);
    stage.api.fault = () => undefined;
    const { summary } = await stage.replay();
    expect(summary).toMatchObject({ ...stage.everything, run: 1 });
    expect([stage.api.points, stage.api.replays]).toEqual([832, 2]);
  });

  it('does not take up a run that the API does not know', async () => {
    stage.api.fault = (method, path) => (posting(method, path) && stage.api.done.length >= 2 ? { status: 400 } : undefined);
    await stage.replay(['--in-flight', '1']);
    stage.api.fault = () => undefined;
    stage.api.batches.clear();
    const { status, told } = await stage.replay();
    expect([status, told]).toEqual([1, expect.stringContaining('start a new run with --restart')]);
    expect((await stage.replay(['--restart'])).summary).toMatchObject({ run: 2, processed: 40, duplicates: 20 });
  });

  it('tells only the summary again when that is all that was missing', async () => {
    stage.api.fault = (_, path) =>
      path.startsWith('/ledger') ? { status: 403, body: { code: 'permission_denied', message: 'Not allowed' } } : undefined;
    const { status, told } = await stage.replay();
    expect([status, told]).toEqual([
      1,
      expect.stringContaining('Reading the reconciliation was refused: Not allowed (403 permission_denied)'),
    ]);
    stage.api.fault = () => undefined;
    expect((await stage.replay()).summary).toMatchObject({ ...stage.everything, run: 1 });
    expect(stage.api.posts).toHaveLength(4);
  });
});
