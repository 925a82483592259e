import type { TestApp } from './http-app.js';

/** Tests the health routes of an app that is well, and that one of its parts can fail without it (OPS-01). */
export function describeHealth(target: () => TestApp, parts: readonly string[]): void {
  const get = async (path: string) => {
    const answer = await target().nest.inject({ method: 'GET', url: `/api/v1/health${path}` });
    return { status: answer.statusCode, body: answer.json<{ data: object; errors: object; code: string }>(), headers: answer.headers };
  };

  it('lives without asking anything', async () => {
    expect(await get('')).toMatchObject({ status: 200, body: { data: { status: 'ok' } } });
  });

  it('is ready when all its parts answer', async () => {
    expect(await get('/ready')).toMatchObject({
      status: 200,
      body: { data: { status: 'ready', checked: expect.arrayContaining([...parts]) } },
    });
  });

  it('says what is running', async () => {
    expect(await get('/version')).toMatchObject({
      status: 200,
      body: { data: { version: expect.stringMatching(/^\d+\.\d+\.\d+/), schema_version: expect.stringMatching(/^\d{13}-/) } },
    });
  });

  it.each(['', '/ready', '/version'])('takes no question it does not know: %s?verbose=1 (LST-07)', async (path) => {
    expect(await get(`${path}?verbose=1`)).toMatchObject({ status: 400, body: { code: 'validation_error' } });
  });

  it('names the part that fails within two seconds, and lives on', async () => {
    const { readiness } = target().ground;
    readiness.watch('probe', () => new Promise(() => undefined));
    const started = Date.now();
    const { status, body, headers } = await get('/ready');
    expect([status, body.errors, headers['retry-after']]).toEqual([503, { probe: ['does not answer'] }, '1']);
    expect(Date.now() - started).toBeLessThan(2_000);
    expect((await get('')).status).toBe(200);
    readiness.watch('probe', () => Promise.resolve());
    expect((await get('/ready')).status).toBe(200);
  });

  it('is not ready once it is about to stop', async () => {
    target().ground.readiness.drain();
    expect(await get('/ready')).toMatchObject({ status: 503, body: { errors: { process: ['is stopping'] } } });
    expect((await get('')).status).toBe(200);
  });
}
