import { readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startTestApp, type TestApp } from '../../../test/support/http-app.js';
import { PublicApiModule } from './public-api.module.js';

let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp((ground) => PublicApiModule.forRoot(ground), { databaseUrl: database.appUrl });
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const get = (url: string) => app.nest.inject({ method: 'GET', url });

describe.each([
  ['/api/docs', 'public-api'],
  ['/api/docs/loyalife', 'public-api.loyalife'],
])('the documentation page %s (OAS-06)', (path, contract) => {
  it('loads everything from this server, under a policy without inline scripts (AUT-13)', async () => {
    const page = await get(path);
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self';/);
    expect(page.body).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>\s*\S/);
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
    expect(sources.some((source) => source.endsWith('.js'))).toBe(true);
    for (const source of sources) {
      expect(source).not.toMatch(/^(https?:)?\/\//);
      expect((await get(new URL(source, `http://host${path}`).pathname)).statusCode).toBe(200);
    }
  });

  it('shows the committed contract', async () => {
    const document = await get(`${path}-json`);
    expect(document.json()).toEqual(JSON.parse(readFileSync(`contracts/${contract}.json`, 'utf8')));
  });
});

describe('the policy of the documentation pages', () => {
  it('leaves the other answers under the closed policy', async () => {
    expect((await get('/api/v1/health')).headers['content-security-policy']).toContain("default-src 'none'");
    expect((await get('/metrics')).statusCode).toBe(404);
  });
});
